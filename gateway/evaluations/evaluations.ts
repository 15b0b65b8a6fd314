import type { Failure } from '../../schema/api/errors.ts'
import type { EvaluationOptions } from '../../schema/api/evaluation-request.ts'
import type {
  EvaluationChange,
  EvaluationHistory,
  EvaluationListQuery,
  HistoryQuery,
} from '../../schema/api/evaluation-tags.ts'
import type { LeaderboardEntry, LeaderboardQuery } from '../../schema/api/leaderboard.ts'
import type { Preview } from '../../schema/evaluation-input/preview.ts'
import { type FieldError, fieldError } from '../../schema/messages/field-errors.ts'
import type { Language } from '../../schema/messages/language.ts'
import { scoreWeights, type WeightsScore } from '../../schema/metrics/weights.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { JobQueue } from '../jobs/job-queue.ts'
import { type StorageQuota, uploadDeleted } from '../jobs/storage-quota.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { countFinished } from './count-finished.ts'
import type { Datasets, UploadedDataset } from './datasets/datasets.ts'
import { digestDatasets } from './datasets/digest-datasets.ts'
import type { EvaluationJob } from './evaluation-job.ts'
import type { EvaluationRecord, EvaluationStore, TagUse } from './evaluation-store.ts'
import { buildHistory } from './history.ts'
import { type AuditedNoise, readAuditedNoise } from './judge-noise-query.ts'
import { buildLeaderboard } from './leaderboard.ts'
import { scoreModels } from './model-scores.ts'
import { listPairs, type PairFilter, pairRows, type Side } from './pairs-query.ts'
import { pageResults, type ResultPage, type ResultPlace } from './results-query.ts'
import type { NewRow, RowStore } from './row-store.ts'

/** An upload that has not moved for so long counts as broken. */
const maxUploadPauseMs = 15 * 60_000

interface EvaluationsParts {
  database: TenantDatabase
  storage: DurableObjectStorage
  store: EvaluationStore
  rows: RowStore
  job: EvaluationJob
  datasets: Datasets
  /** Deletes the audit records of evaluations that judge the cases of an audit. */
  audits: { removeByEvaluation(id: string): void }
  jobs: JobQueue
  quota: StorageQuota
  counts: (id: string) => EvaluationCounts
  /** Uploads of this life of the object: the others ended with the process that received them. */
  uploads: Set<string>
  now: () => number
}

/** The evaluations of one tenant, inside its object: from the upload to the tables. */
export class Evaluations {
  readonly #parts: EvaluationsParts

  constructor(parts: EvaluationsParts) {
    this.#parts = parts
  }

  /** Deletes the rows of uploads that ended with the process, or whose deletion failed on a full disk. */
  discardBrokenUploads(): void {
    for (const id of this.#parts.store.receiving()) if (!this.#parts.uploads.has(id)) this.remove(id)
  }

  /** Begins an upload; returns a failure when there is no room left. */
  async open(
    id: string,
    keyId: string,
    options: EvaluationOptions,
    auditId: string | null,
  ): Promise<Failure | null> {
    const { quota, store, jobs, now } = this.#parts
    const full = await quota.refusal()
    if (full !== null) return full
    store.open(id, keyId, options, auditId, now())
    this.#parts.uploads.add(id)
    await jobs.scheduleStallCheck()
    return null
  }

  /** Stores the next rows of an upload; returns a failure when there is no room left. */
  async append(id: string, rows: NewRow[]): Promise<Failure | null> {
    const full = await this.#parts.quota.refusal()
    if (full !== null) return full
    if (!this.#parts.uploads.has(id)) return uploadDeleted
    this.#parts.rows.append(id, rows, this.#parts.now())
    return null
  }

  /** Starts an evaluation whose rows have all arrived. `dataset` is null for the cases of an audit. */
  async begin(
    tenantId: string,
    id: string,
    preview: Preview,
    fileSha256: string,
    { tags, dataset }: { tags: string[]; dataset: Pick<UploadedDataset, 'given' | 'proposed'> | null },
  ): Promise<{ evaluation: EvaluationRecord } | { failure: Failure }> {
    const { storage, store, rows, jobs, datasets, now } = this.#parts
    if (!this.#parts.uploads.has(id)) return { failure: uploadDeleted }
    const { questions, ...digests } = await digestDatasets(rows.itemDigests(id))
    const conflict = dataset === null ? null : datasets.findConflict(digests.dataset, dataset.given)
    if (conflict !== null) return { failure: conflict }
    storage.transactionSync(() => {
      if (dataset !== null) {
        const published = rows.publishedSet(id)
        datasets.register({ ...dataset, digest: digests.dataset, questions, published })
      }
      rows.layOut(id, store.get(id)!.options.repeats)
      store.start(id, { preview, fileSha256, judgments: preview.judgments, tags, ...digests }, now())
    })
    this.#parts.uploads.delete(id)
    await jobs.begin(tenantId, 'evaluation', id)
    return { evaluation: this.get(id)! }
  }

  remove(id: string): boolean {
    const { storage, store, rows, audits, jobs } = this.#parts
    const isKnown = store.get(id) !== null
    this.#parts.uploads.delete(id)
    jobs.forget(id)
    storage.transactionSync(() => {
      rows.remove(id)
      audits.removeByEvaluation(id)
      store.remove(id)
    })
    return isKnown
  }

  get(id: string): EvaluationRecord | null {
    const evaluation = this.#parts.store.get(id)
    return evaluation === null || evaluation.status === 'receiving' ? null : evaluation
  }

  page(query: EvaluationListQuery): { data: EvaluationRecord[]; hasMore: boolean } {
    const records = this.#parts.store.page({ ...query, limit: query.limit + 1 })
    return { data: records.slice(0, query.limit), hasMore: records.length > query.limit }
  }

  tags(): TagUse[] {
    return this.#parts.store.tags()
  }

  lastRate(model: string): number | null {
    return this.#parts.store.lastRate(model)
  }

  /** Ends a running or paused evaluation; judgments in flight are still stored. */
  cancel(id: string): EvaluationRecord | null {
    this.#parts.job.cancel(id)
    this.#parts.jobs.forget(id)
    return this.get(id)
  }

  /**
   * Goes on with what a cancelled or paused evaluation left, and tries once more what failed, under the key that
   * asks. An evaluation that paused because the weights changed continues with the new ones.
   */
  async resume(id: string, keyId: string): Promise<EvaluationRecord | null> {
    const { store, rows, jobs, now } = this.#parts
    const evaluation = this.get(id)
    if (evaluation === null || evaluation.status === 'running' || evaluation.imported !== null)
      return evaluation
    rows.reopenFailed(id, now())
    const progress = store.progress(id)!
    if (countFinished(progress) < progress.judgments) {
      const running = {
        status: 'running',
        finishedAt: null,
        overallScore: null,
        modelScores: null,
        pausedBecause: null,
      } as const
      // who resumes what paused over its weights accepts the new ones
      const weightsDigest = evaluation.pausedBecause === 'weights_changed' ? null : evaluation.weightsDigest
      store.update(id, { ...running, weightsDigest, progressedAt: now(), keyId })
      await jobs.enqueueAnew('evaluation', id)
    }
    return this.get(id)
  }

  counts(id: string): EvaluationCounts {
    return this.#parts.counts(id)
  }

  /** The newest evaluation of the same file with the same judge under the other protocol. */
  otherProtocol(id: string): { evaluation: EvaluationRecord; counts: EvaluationCounts } | null {
    const evaluation = this.#parts.store.findOtherProtocol(id)
    return evaluation === null ? null : { evaluation, counts: this.counts(evaluation.id) }
  }

  /** The noise of its judge as an audit measured it; null where more than one set of weights judged, or unnamed ones. */
  auditedNoise(id: string): AuditedNoise | null {
    const [only, ...more] = this.weights(id)
    if (only === undefined || more.length > 0 || only.weights_digest === null) return null
    const { options } = this.#parts.store.get(id)!
    return readAuditedNoise(this.#parts.database, options, [only.weights_digest, only.precision])
  }

  pairs(x: Side, y: Side): ReturnType<typeof pairRows> {
    return pairRows(this.#parts.database, x, y)
  }

  pairList(x: Side, y: Side, filter: PairFilter): ReturnType<typeof listPairs> {
    return listPairs(this.#parts.database, x, y, filter)
  }

  /** Changes name, tags and baselines; null where there is no such evaluation. */
  change(
    id: string,
    { name, tags, baseline_for: baselineFor }: EvaluationChange,
  ): { evaluation: EvaluationRecord } | { wrong: FieldError } | null {
    const { storage, store } = this.#parts
    const record = this.get(id)
    if (record === null) return null
    const nextTags = tags === undefined ? record.tags : [...new Set(tags)]
    const wanted = baselineFor ?? record.baselineFor.filter((tag) => nextTags.includes(tag))
    const foreign = wanted.find((tag) => !nextTags.includes(tag))
    if (foreign !== undefined)
      return { wrong: fieldError('baseline_for', 'baseline_without_tag', { tag: foreign }) }
    const options = { ...record.options, name: name ?? record.options.name }
    storage.transactionSync(() => {
      for (const tag of wanted) store.clearBaseline(tag)
      store.update(id, {
        tags: nextTags,
        baselineFor: [...new Set(wanted)],
        options,
        // the leaderboard lists rows without a model under the name of their evaluation
        ...(record.modelScores !== null && {
          modelScores: scoreModels(this.counts(id), { ...record, options }),
        }),
      })
    })
    return { evaluation: this.get(id)! }
  }

  /** The newest completed runs of a tag, a dataset or both, oldest first. */
  history(query: HistoryQuery): EvaluationHistory {
    const { store } = this.#parts
    const { tag = null, dataset = null } = query
    return {
      object: 'evaluation.history',
      tag,
      dataset,
      baseline: tag === null ? null : store.findBaseline(tag),
      data: buildHistory(store.completedRuns(query), (id) => this.counts(id)),
    }
  }

  /** The weights that judged, with the mean of each. */
  weights(id: string): WeightsScore[] {
    return scoreWeights(this.counts(id).weights)
  }

  results(id: string, after: ResultPlace, language: Language, options: { texts: boolean }): ResultPage {
    return pageResults(this.#parts.database, id, after, language, options)
  }

  leaderboard(query: LeaderboardQuery): LeaderboardEntry[] {
    const { store, datasets } = this.#parts
    return buildLeaderboard(store.ranked(query), (digest) => {
      const found = datasets.get(digest)
      return found === null ? null : { digest, name: found.name, version: found.version }
    })
  }

  /** Deletes evaluations whose retention is over and uploads that stopped moving. The alarm calls it. */
  async expire(): Promise<void> {
    const { store, jobs, now } = this.#parts
    this.discardBrokenUploads()
    for (const id of store.expired(now(), maxUploadPauseMs)) this.remove(id)
    if (store.receiving().length > 0) await jobs.scheduleStallCheck()
  }
}
