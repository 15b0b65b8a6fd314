import type { AuditComparison } from '../../schema/api/audits.ts'
import { FailureError, invalidRequest } from '../../schema/api/errors.ts'
import { compareJudges } from '../../schema/audit/compare-judges.ts'
import type { JudgedCase } from '../../schema/audit/findings.ts'
import { mean } from '../../schema/audit/measure-probe.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import { pairedBootstrap } from '../../schema/metrics/paired.ts'
import type { AuditRecord } from './audit-store.ts'
import { loadFindings } from './build-report.ts'
import type { TenantAudits } from './tenant-audits.ts'

/** Two judges on the same cases, paired by row. */
export async function compareAudits(
  audits: TenantAudits,
  first: AuditRecord,
  second: AuditRecord,
): Promise<AuditComparison> {
  if (first.audit.planDigest !== second.audit.planDigest) {
    throw new FailureError(invalidRequest([fieldError('other', 'audit_other_plan')]))
  }
  const findings = [await loadFindings(audits, first), await loadFindings(audits, second)]
  const one = await audits.run(first.evaluation)
  const other = await audits.run(second.evaluation)
  const [xs, ys] = [toMeans(one.cases), toMeans(other.cases)]
  const cells = [...xs].flatMap(([row, x]) => (ys.has(row) ? [{ x, y: ys.get(row)!, count: 1 }] : []))
  const { wins: _, ...rating } = pairedBootstrap(cells)
  return {
    object: 'audit.comparison',
    first: toSide(first),
    second: toSide(second),
    rating,
    reliability: findings.map(({ reliability: { within_deviation, icc, icc_interval } }) => ({
      within_deviation,
      icc,
      icc_interval,
    })),
    probes: compareJudges(one.cases, one.cases, other.cases),
  }
}

const toSide = ({ audit: { id }, evaluation: { options } }: AuditRecord) => ({
  id,
  name: options.name,
  model: options.model,
})

/** The mean rating of each row as it is. */
function toMeans(cases: readonly JudgedCase[]): Map<string, number> {
  const rated = cases.filter(({ probe, rating }) => probe === 'repeat' && rating !== null)
  const rows = Map.groupBy(rated, ({ rowId }) => rowId)
  return new Map([...rows].map(([row, same]) => [row, mean(same.map(({ rating }) => rating!))]))
}
