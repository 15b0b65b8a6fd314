import type { Evaluation } from '../../schema/api/evaluations.ts'
import { countFinished } from './count-finished.ts'
import { toDatasetReference } from './datasets/dataset-reference.ts'
import type { EvaluationRecord } from './evaluation-store.ts'

/** An evaluation as the API shows it. */
export function evaluationView(record: EvaluationRecord, now: number): Evaluation {
  const { options, judgments, rated, wrong, failed, startedAt, finishedAt } = record
  const settled = countFinished(record)
  const seconds = startedAt === null ? 0 : ((finishedAt ?? now) - startedAt) / 1000
  const rate = settled > 0 && seconds > 0 ? settled / seconds : null
  const running = record.status === 'running'
  return {
    id: record.id,
    object: 'evaluation',
    name: options.name,
    audit: record.auditId,
    created: Math.floor(record.createdAt / 1000),
    status: record.status,
    tags: record.tags,
    baseline_for: record.baselineFor,
    dataset: toDatasetReference(record),
    model: options.model,
    protocol: options.protocol,
    template: options.template ?? 'auto',
    repeats: options.repeats,
    summary: options.summary,
    rows: record.rows,
    counts: { judgments, rated, wrong, failed, pending: judgments - settled },
    score: record.overallScore?.score ?? null,
    interval: record.overallScore?.interval ?? null,
    progress: judgments === 0 ? 0 : settled / judgments,
    rate: rate === null ? null : Math.round(rate * 1000) / 1000,
    seconds_left: running && rate !== null ? Math.ceil((judgments - settled) / rate) : null,
    paused_because: record.pausedBecause,
    on_weights_change: options.onWeightsChange,
    weights_digest: record.weightsDigest,
    started_at: toTime(startedAt),
    progressed_at: toTime(startedAt === null ? null : record.progressedAt),
    finished_at: toTime(finishedAt),
    file_sha256: record.fileSha256,
    imported: record.imported,
    preview: record.preview,
  }
}

const toTime = (at: number | null) => (at === null ? null : new Date(at).toISOString())
