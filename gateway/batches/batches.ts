import type { Failure } from '../../schema/api/errors.ts'
import { newId } from '../../schema/api/ids.ts'
import type { BatchOptions } from '../../schema/db/batches.ts'
import type { JobQueue } from '../jobs/job-queue.ts'
import type { StorageQuota } from '../jobs/storage-quota.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import type { BatchJob } from './batch-job.ts'
import type { BatchRecord, BatchStore } from './batch-store.ts'
import type { Files } from './files.ts'
import { InputReader } from './input-reader.ts'

const keptMs = 30 * 86_400_000
const hourMs = 3_600_000
/** The only completion window there is: 24 hours. */
export const windowMs = 86_400_000

interface BatchesParts {
  storage: DurableObjectStorage
  store: BatchStore
  files: Files
  job: BatchJob
  jobs: JobQueue
  quota: StorageQuota
  now: () => number
}

const tenantKey = 'batches-tenant'

/** The batches of one tenant, inside its object. */
export class Batches {
  readonly #parts: BatchesParts
  readonly #reader: InputReader
  readonly #validating = new Set<string>()

  constructor(parts: BatchesParts) {
    this.#parts = parts
    this.#reader = new InputReader(parts)
  }

  /**
   * Creates a batch, if there is room left. Its whole input is read before the first line runs: until then it is
   * `validating`.
   */
  async create(
    tenantId: string,
    inputFileId: string,
    options: BatchOptions,
  ): Promise<{ batch: BatchRecord } | { failure: Failure }> {
    const { now, storage, quota, store, jobs } = this.#parts
    const full = await quota.refusal()
    if (full !== null) return { failure: full }
    const createdAt = now()
    const id = newId('batch', createdAt)
    store.create({
      id,
      status: 'validating',
      options,
      inputFileId,
      total: 0,
      createdAt,
      progressedAt: createdAt,
      expiresAt: createdAt + keptMs,
    })
    storage.kv.put(tenantKey, tenantId)
    await jobs.scheduleStallCheck()
    // not awaited; should this object end first, the alarm begins it again
    this.#validate(id).catch((error) => logUnexpected(error, { batch: id }))
    return { batch: this.get(id)! }
  }

  get(id: string): BatchRecord | null {
    return this.#parts.store.get(id)
  }

  list(limit: number, after: string | undefined): BatchRecord[] {
    return this.#parts.store.page(limit, after)
  }

  cancel(id: string): BatchRecord | null {
    this.#parts.job.cancel(id)
    this.#parts.jobs.forget(id)
    return this.get(id)
  }

  /** Deletes expired batches and files, and resumes reading inputs. Called by the alarm. */
  async expire(): Promise<void> {
    const { now, storage, store, files, job, jobs } = this.#parts
    files.expire()
    for (const id of store.expired(now())) storage.transactionSync(() => store.remove(id))
    for (const { id, status, createdAt } of store.unfinished()) {
      if (now() > createdAt + windowMs) {
        storage.transactionSync(() => job.expire(id))
        jobs.forget(id)
      } else if (status === 'validating') {
        this.#validate(id).catch((error) => logUnexpected(error, { batch: id }))
      }
    }
    if (store.unfinished().length > 0) return jobs.scheduleStallCheck()
    const expiries = [store.nextExpiry(), files.nextExpiry()].filter((at) => at !== null)
    if (expiries.length > 0) await ensureAlarmBefore(storage, Math.max(Math.min(...expiries), now() + hourMs))
  }

  /** Reads the whole input; a wrong file fails the batch by line and field. */
  async #validate(id: string): Promise<void> {
    if (this.#validating.has(id)) return
    this.#validating.add(id)
    const { store, storage, jobs, job, now } = this.#parts
    try {
      const read = await this.#reader.read(id)
      if (read === null) return
      const at = now()
      if ('errors' in read) {
        store.removeLines(id)
        store.update(id, { status: 'failed', errors: read.errors, finishedAt: at })
        return
      }
      const { requests: total, refused: failed } = read
      store.update(id, { status: 'in_progress', total, failed, begunAt: at, progressedAt: at })
      if (job.finishIfDone(id)) return
      await jobs.begin(storage.kv.get<string>(tenantKey)!, 'batch', id)
    } finally {
      this.#validating.delete(id)
    }
  }
}
