import type { Audit } from '../../schema/api/audits.ts'
import { evaluationView } from '../evaluations/evaluation-view.ts'
import type { AuditRecord } from './audit-store.ts'

/** An audit as the API shows it. */
export function auditView({ audit, evaluation }: AuditRecord, now: number): Audit {
  const { settings } = audit
  const view = evaluationView(evaluation, now)
  return {
    id: audit.id,
    object: 'audit',
    name: view.name,
    created: view.created,
    model: view.model,
    status: view.status,
    counts: view.counts,
    progress: view.progress,
    rate: view.rate,
    seconds_left: view.seconds_left,
    paused_because: view.paused_because,
    started_at: view.started_at,
    finished_at: view.finished_at,
    evaluation: view.id,
    baseline: settings.baseline,
    protocol: view.protocol,
    template: view.template,
    file_rows: settings.fileRows,
    rows: settings.rows,
    repeats: settings.repeats,
    seed: settings.seed,
    applicable: settings.applicable,
    plan_digest: audit.planDigest,
  }
}
