import { sql } from 'drizzle-orm'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

const namedRows = 20

/** Why judgments failed: how many for each reason, and the first rows of each. */
export function readFailures(database: TenantDatabase, id: string): EvaluationCounts['failures'] {
  const rows = database.all<{ code: string; row: string; count: number }>(sql`
    select code, row, count from (
      select j.failure ->> 'code' as code, r.id as row, count(*) over (partition by j.failure ->> 'code') as count,
        row_number() over (partition by j.failure ->> 'code' order by j.row) as place
      from evaluation_judgments j
      join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row
      where j.evaluation_id = ${id} and j.state = 'failed'
    ) where place <= 2000 order by code, place`)
  return [...Map.groupBy(rows, ({ code }) => code)].map(([code, same]) => ({
    code,
    count: same[0]!.count,
    rows: [...new Set(same.map(({ row }) => row))].slice(0, namedRows),
  }))
}
