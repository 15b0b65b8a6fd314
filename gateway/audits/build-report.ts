import type { AuditExample, AuditReport } from '../../schema/api/audits.ts'
import { FailureError, reason } from '../../schema/api/errors.ts'
import { driftFalseAlarm } from '../../schema/audit/drift.ts'
import { type AuditFindings, findFaults } from '../../schema/audit/findings.ts'
import { findProbe } from '../../schema/audit/probes.ts'
import type { AuditTexts } from '../../schema/report/audit/en.ts'
import { summarizeAudit, toUse } from '../../schema/report/audit/summarize.ts'
import type { AuditRecord } from './audit-store.ts'
import { auditView } from './audit-view.ts'
import type { TenantAudits } from './tenant-audits.ts'

/** The numbers of a report: computed once for each state of the audit, then kept. */
export async function loadFindings(
  audits: TenantAudits,
  { audit, evaluation }: AuditRecord,
): Promise<AuditFindings> {
  const { status, rated, wrong, failed } = evaluation
  if (status === 'running' || status === 'receiving') {
    throw new FailureError({ code: 'conflict', ...reason('audit_runs'), source: 'gateway' })
  }
  const { baseline: baselineId } = audit.settings
  const baseline = baselineId === null ? null : await audits.get(baselineId)
  const state = JSON.stringify([status, rated, wrong, failed, baseline !== null])
  const kept = await audits.findings(audit.id, state)
  if (kept !== null) return kept
  const findings = findFaults(
    await audits.run(evaluation),
    baseline === null ? null : await audits.run(baseline.evaluation),
  )
  await audits.keepFindings(audit.id, state, findings)
  return findings
}

/** The report of an audit that has ended or stands still. */
export async function buildAuditReport(
  audits: TenantAudits,
  record: AuditRecord,
  texts: AuditTexts,
): Promise<AuditReport> {
  const findings = await loadFindings(audits, record)
  const { settings } = record.audit
  const { reliability, length, steadiness, drift, version } = findings
  const examples = await loadExamples(audits, record, findings)
  return {
    object: 'audit.report',
    audit: auditView(record, Date.now()),
    judge: {
      weights_digest: version.weightsDigest,
      precision: version.precision,
      provider: version.provider,
    },
    summary: summarizeAudit(findings, settings.fileRows, texts),
    use: toUse(findings, settings.fileRows),
    reliability,
    probes: findings.probes.map((one) => {
      const probe = findProbe(one.probe)
      return {
        ...one,
        reason: texts.probes[one.probe]?.reason ?? probe?.reason ?? '',
        source: probe?.source ?? null,
        applicable: settings.applicable[one.probe] ?? 0,
        worst: examples.get(one.probe) ?? [],
      }
    }),
    length,
    steadiness,
    drift: drift === null ? null : { ...drift, baseline: settings.baseline!, false_alarm: driftFalseAlarm },
  }
}

const maxExamples = 3

async function loadExamples(
  audits: TenantAudits,
  { evaluation }: AuditRecord,
  { probes }: AuditFindings,
): Promise<Map<string, AuditExample[]>> {
  const loaded = probes.map(async ({ probe, worst }): Promise<[string, AuditExample[]]> => {
    const wanted = worst.slice(0, maxExamples).map(({ row_id }) => ({ probe, sourceRow: Number(row_id) }))
    return [probe, wanted.length === 0 ? [] : await audits.examples(evaluation.id, wanted)]
  })
  return new Map(await Promise.all(loaded))
}
