import { sql } from 'drizzle-orm'
import type { Failure } from '../../../schema/api/errors.ts'
import type { LabelLine, Manifest, ResultLine, RowLine } from '../../../schema/api/evaluation-archive.ts'
import type { EvaluationOptions } from '../../../schema/api/evaluation-request.ts'
import type { Imported } from '../../../schema/api/imported.ts'
import type { Preview } from '../../../schema/evaluation-input/preview.ts'
import type { EvaluationCounts } from '../../../schema/report/counts.ts'
import type { JobQueue } from '../../jobs/job-queue.ts'
import { type StorageQuota, uploadDeleted } from '../../jobs/storage-quota.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'
import type { Datasets } from '../datasets/datasets.ts'
import { digestDatasets } from '../datasets/digest-datasets.ts'
import type { EvaluationRecord, EvaluationStore } from '../evaluation-store.ts'
import { scoreModels, scoreOverall } from '../model-scores.ts'
import type { ResultPlace } from '../results-query.ts'
import type { NewRow, RowStore } from '../row-store.ts'
import { pageResultLines, pageRowLines } from './archive-query.ts'
import { storeLabels, storeResults } from './archived-results.ts'
import { StagedArchives } from './staged-archives.ts'

/** An archive that has not been read or written for so long counts as broken. */
const maxPauseMs = 15 * 60_000

interface ArchivesParts {
  database: TenantDatabase
  storage: DurableObjectStorage
  store: EvaluationStore
  rows: RowStore
  /** The uploads of this life of the object, shared with those that are judged here. */
  uploads: Set<string>
  datasets: Datasets
  jobs: JobQueue
  quota: StorageQuota
  counts: (id: string) => EvaluationCounts
  now: () => number
}

/** Contents of an archive that was read to its end. */
export interface ReadArchive {
  manifest: Manifest
  preview: Preview
  tags: string[]
  imported: Imported
}

/** Archives of whole evaluations, inside the tenant's object: what an export reads, and what an import stores. */
export class Archives {
  readonly #parts: ArchivesParts
  readonly #staged: StagedArchives

  constructor(parts: ArchivesParts) {
    this.#parts = parts
    this.#staged = new StagedArchives(parts.database, parts.now)
  }

  /** Stores the next part of an archive that arrives; returns a failure when there is no room left. */
  async stage(id: string, number: number, bytes: Uint8Array): Promise<Failure | null> {
    const full = await this.#parts.quota.refusal()
    if (full !== null) return full
    this.#staged.append(id, number, bytes)
    if (number === 0) await this.#parts.jobs.scheduleStallCheck()
    return null
  }

  readStaged(id: string, offset: number, length: number): Uint8Array {
    return this.#staged.read(id, offset, length)
  }

  removeStaged(id: string): void {
    this.#staged.remove(id)
  }

  /** Deletes the archives of imports that broke off. The alarm and the start of the object call it. */
  discardBroken(): void {
    this.#staged.discardBroken(this.#parts.now() - maxPauseMs)
  }

  /** The evaluation of this tenant that is one of these, or was imported from one of them; null if none. */
  findCopy(ids: readonly string[]): string | null {
    const list = JSON.stringify(ids)
    const copy = this.#parts.database.get<{ id: string }>(sql`
      select id from evaluations where status <> 'receiving' and (
        id in (select value from json_each(${list}))
        or exists (
          select 1 from json_each(imported, '$.origins') o
          where o.value ->> 'evaluation' in (select value from json_each(${list}))))
      limit 1`)
    return copy?.id ?? null
  }

  /** Begins an import; returns a failure when there is no room left. */
  async open(id: string, keyId: string, options: EvaluationOptions): Promise<Failure | null> {
    const { quota, store, uploads, jobs, now } = this.#parts
    const full = await quota.refusal()
    if (full !== null) return full
    store.open(id, keyId, options, null, now())
    uploads.add(id)
    await jobs.scheduleStallCheck()
    return null
  }

  async appendRows(id: string, rows: NewRow[]): Promise<Failure | null> {
    return this.#store(id, () => this.#parts.rows.append(id, rows, this.#parts.now()))
  }

  /** Lays out the judgments of all rows, to which labels and results are added. */
  layOut(id: string): Failure | null {
    const { uploads, rows, store } = this.#parts
    if (!uploads.has(id)) return uploadDeleted
    rows.layOut(id, store.get(id)!.options.repeats)
    return null
  }

  /** Stores labels; returns the index of the first label that fits no row. */
  async appendLabels(id: string, labels: LabelLine[]): Promise<Failure | { unfit: number | null }> {
    let unfit: number | null = null
    const failure = await this.#store(id, () => {
      unfit = storeLabels(this.#parts.database, id, labels)
    })
    return failure ?? { unfit }
  }

  /** Settles judgments; returns the index of the first result that fits no row. */
  async appendResults(id: string, results: ResultLine[]): Promise<Failure | { unfit: number | null }> {
    let unfit: number | null = null
    const failure = await this.#store(id, () => {
      unfit = storeResults(this.#parts.database, id, results)
    })
    return failure ?? { unfit }
  }

  /**
   * Ends an import: the evaluation appears whole. Returns the name of the first count of the manifest that is not that
   * of what was read.
   */
  async finish(
    id: string,
    { manifest, preview, tags, imported }: ReadArchive,
  ): Promise<Failure | { wrong: string } | { evaluation: EvaluationRecord }> {
    const { database, storage, store, rows, datasets, uploads, counts, now } = this.#parts
    if (!uploads.has(id)) return uploadDeleted
    const counted = database.get<Manifest['counts']>(sql`
      select count(*) as judgments, count(iif(state = 'rated', 1, null)) as rated,
        count(iif(state in ('no_rating', 'truncated'), 1, null)) as wrong,
        count(iif(state = 'failed', 1, null)) as failed,
        (select count(*) from evaluation_rows where evaluation_id = ${id}) as rows
      from evaluation_judgments where evaluation_id = ${id}`)!
    const names = Object.keys(counted) as (keyof typeof counted)[]
    const wrong = names.find((name) => counted[name] !== manifest.counts[name])
    if (wrong !== undefined) return { wrong }
    const { questions, ...digests } = await digestDatasets(rows.itemDigests(id))
    const toTime = (time: string | null) => (time === null ? null : Date.parse(time))
    storage.transactionSync(() => {
      const dataset = { digest: digests.dataset, questions, given: null, proposed: manifest.dataset }
      datasets.register({ ...dataset, published: rows.publishedSet(id) })
      store.update(id, {
        ...counted,
        ...digests,
        preview,
        tags,
        imported,
        status: manifest.status,
        fileSha256: manifest.file_sha256,
        weightsDigest: manifest.judge.weights_digest,
        startedAt: toTime(manifest.started_at),
        progressedAt: toTime(manifest.progressed_at) ?? now(),
        finishedAt: toTime(manifest.finished_at),
      })
      const judged = counts(id)
      const modelScores = scoreModels(judged, store.get(id)!)
      store.update(id, { overallScore: scoreOverall(judged), modelScores })
    })
    uploads.delete(id)
    return { evaluation: store.get(id)! }
  }

  rowLines(id: string, after: number): RowLine[] {
    return pageRowLines(this.#parts.database, id, after)
  }

  resultLines(id: string, after: ResultPlace): ReturnType<typeof pageResultLines> {
    return pageResultLines(this.#parts.database, id, after)
  }

  /** Runs a write of an import that is under way, where there is room. */
  async #store(id: string, write: () => void): Promise<Failure | null> {
    const full = await this.#parts.quota.refusal()
    if (full !== null) return full
    if (!this.#parts.uploads.has(id)) return uploadDeleted
    this.#parts.storage.transactionSync(write)
    return null
  }
}
