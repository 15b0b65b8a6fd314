import { sql } from 'drizzle-orm'
import type { EvaluationOptions } from '../../schema/api/evaluation-request.ts'
import { poolDeviation } from '../../schema/metrics/judge-noise.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

/** The spread of a judge's repeats, and the audit that measured it. */
export interface AuditedNoise {
  audit: string
  deviation: number
}

/** The weights of an audit: digest and precision. */
export type NoiseWeights = [digest: string, precision: string | null]

/** The noise that the newest completed audit of the same judge, weights and settings measured; null without one. */
export function readAuditedNoise(
  database: TenantDatabase,
  { model, protocol, temperature }: EvaluationOptions,
  [digest, precision]: NoiseWeights,
): AuditedNoise | null {
  const found = database.get<{ id: string; auditId: string }>(sql`
    select e.id, e.audit_id as auditId from evaluations e
    where e.audit_id is not null and e.status = 'completed' and e.options ->> '$.model' = ${model}
      and e.options ->> '$.protocol' = ${protocol} and e.options ->> '$.temperature' is ${temperature}
      and not exists (
        select 1 from evaluation_judgments j where j.evaluation_id = e.id and j.state = 'rated'
          and (j.weights ->> 0 is not ${digest} or j.weights ->> 1 is not ${precision}))
    order by e.id desc limit 1`)
  if (found === undefined) return null
  const rows = database.all<{ rated: number; ratingSum: number; ratingSquares: number }>(sql`
    select count(*) as rated, sum(j.rating) as ratingSum, sum(j.rating * j.rating) as ratingSquares
    from audit_cases c
    join evaluation_judgments j on j.evaluation_id = c.evaluation_id and j.row = c.number
    where c.evaluation_id = ${found.id} and c.probe = 'repeat' and j.state = 'rated'
    group by c.source_row having count(*) > 1`)
  const deviation = poolDeviation(rows.map((row) => ({ ...row, count: 1 })))
  return deviation === null ? null : { audit: found.auditId, deviation }
}
