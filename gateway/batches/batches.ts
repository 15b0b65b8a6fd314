import { openAiErrorBody } from '../../schema/api/error-body.ts'
import { errorCodes, type Failure } from '../../schema/api/errors.ts'
import { newId } from '../../schema/api/ids.ts'
import type { PauseReason } from '../../schema/api/queued-work.ts'
import type { BatchOptions } from '../../schema/db/batches.ts'
import { mayBeTheRequest, mostAttempts } from '../jobs/attempts.ts'
import { chunk } from '../jobs/chunk.ts'
import { enqueue } from '../jobs/enqueue.ts'
import { type Pause, pausedRetryMs } from '../jobs/pause.ts'
import type { StorageQuota } from '../jobs/storage-quota.ts'
import type { ChatOutcome } from '../judging/run/outcome.ts'
import type { ChatCommand } from '../judging/run/run-chat.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import type { Semaphore } from '../platform/semaphore.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { type BatchRecord, BatchStore, type PendingLine } from './batch-store.ts'
import type { Files } from './files.ts'
import { InputReader } from './input-reader.ts'
import type { BatchWork } from './work.ts'

const keptMs = 30 * 86_400_000
const stalledMs = 10_000
const hourMs = 3_600_000
/** The only completion window there is: 24 hours. */
export const windowMs = 86_400_000
/** What a line may have with its answer: the platform stores no row above 2 MB. */
const mostLineBytes = 1_990_000

interface BatchesParts {
  database: TenantDatabase
  storage: DurableObjectStorage
  queue: Queue<BatchWork>
  files: Files
  semaphore: Semaphore
  pause: Pause
  quota: StorageQuota
  chat: (command: ChatCommand) => Promise<ChatOutcome>
  now: () => number
}

/** What a worker of the queue is given to do. */
export interface TakenLines {
  options: BatchOptions
  pending: PendingLine[]
}

/** A batch with what is not its own: whether the tenant's work stands still. */
export interface ShownBatch extends BatchRecord {
  pausedBecause: PauseReason | null
}

/** The batches of one tenant, inside its object. */
export class Batches {
  readonly #parts: BatchesParts
  readonly #batches: BatchStore
  readonly #reader: InputReader
  readonly #validating = new Set<string>()
  /** Requests under way in this object. */
  #underWay = 0

  constructor(parts: BatchesParts) {
    this.#parts = parts
    this.#batches = new BatchStore(parts.database)
    this.#reader = new InputReader({ batches: this.#batches, ...parts })
  }

  /**
   * Takes a batch in, if the tenant has room left. Its input is read whole before the first line runs: until then it
   * is `validating`.
   */
  async create(
    tenantId: string,
    inputFileId: string,
    options: BatchOptions,
  ): Promise<{ batch: ShownBatch } | { failure: Failure }> {
    const { now, storage, quota } = this.#parts
    const full = quota.refusal()
    if (full !== null) return { failure: full }
    const createdAt = now()
    const id = newId('batch', createdAt)
    this.#batches.create({
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
    await this.#keepWatch()
    // not waited for; should it end with this object, the alarm begins it again
    this.#validate(id).catch((error) => logUnexpected(error, { batch: id }))
    return { batch: this.get(id)! }
  }

  /** Reads the input whole; a wrong one fails the batch by line and field. */
  async #validate(id: string): Promise<void> {
    if (this.#validating.has(id)) return
    this.#validating.add(id)
    try {
      const read = await this.#reader.read(id)
      if (read === null) return
      const at = this.#parts.now()
      if ('errors' in read) {
        this.#batches.removeLines(id)
        this.#batches.update(id, { status: 'failed', errors: read.errors, finishedAt: at })
        return
      }
      this.#batches.update(id, {
        status: 'in_progress',
        total: read.requests,
        begunAt: at,
        progressedAt: at,
      })
      await this.#enqueue(id)
    } finally {
      this.#validating.delete(id)
    }
  }

  get(id: string): ShownBatch | null {
    const batch = this.#batches.get(id)
    return batch === null ? null : this.#shown(batch)
  }

  list(limit: number, after: string | undefined): ShownBatch[] {
    return this.#batches.page(limit, after).map((batch) => this.#shown(batch))
  }

  #shown(batch: BatchRecord): ShownBatch {
    return { ...batch, pausedBecause: batch.status === 'in_progress' ? this.#parts.pause.reason : null }
  }

  cancel(id: string): ShownBatch | null {
    const status = this.#batches.get(id)?.status
    if (status === 'validating' || status === 'in_progress') this.#finish(id, 'cancelled')
    return this.get(id)
  }

  /** Notes why the tenant's work has to wait. */
  pause(reason: PauseReason): void {
    this.#parts.pause.set(reason)
  }

  /** Stops the batch that a piece of work belongs to. */
  stop({ batchId }: BatchWork): void {
    this.cancel(batchId)
  }

  take({ batchId, generation, from, to }: BatchWork): TakenLines | null {
    const batch = this.#batches.get(batchId)
    if (batch?.status !== 'in_progress' || batch.generation !== generation) return null
    this.#parts.pause.release()
    this.#parts.semaphore.resize(batch.options.concurrent)
    return { options: batch.options, pending: this.#batches.pending(batchId, from, to) }
  }

  /** Runs one line. Answers null when it is settled, or the failure that it has to wait for. */
  async run(id: string, position: number, command: ChatCommand): Promise<Failure | null> {
    this.#underWay++
    try {
      const outcome = await this.#parts.semaphore.run(async () => {
        const wanted =
          this.#batches.get(id)?.status === 'in_progress' &&
          this.#batches.pending(id, position, position + 1).length > 0
        return wanted ? this.#parts.chat(command) : null
      })
      if (outcome === null) return null
      if (!('failure' in outcome)) {
        this.#keep(id, position, JSON.stringify(outcome.completion))
      } else if (this.#isFinal(id, position, outcome.failure)) {
        this.refuse(id, position, outcome.failure)
      } else {
        return outcome.failure
      }
    } finally {
      this.#underWay--
    }
    this.#endIfDone(id)
    return null
  }

  /** Settles a line with its answer, if the platform can store that beside its request. */
  #keep(id: string, position: number, response: string): void {
    const room = mostLineBytes - this.#batches.requestBytes(id, position)
    const bytes = new TextEncoder().encode(response).byteLength
    if (bytes <= room) {
      this.#batches.settle(id, position, 200, response, this.#parts.now())
      return
    }
    const detail = `The answer has ${bytes} bytes, and there is room for ${room}. Ask for fewer tokens, choices or log probabilities.`
    this.refuse(id, position, { code: 'body_too_large', detail, source: 'gateway' })
  }

  /** Settles a line with a refusal: it goes to the error file. */
  refuse(id: string, position: number, failure: Failure): void {
    const body = JSON.stringify(openAiErrorBody(failure, `${id}-${position}`))
    this.#batches.settle(id, position, errorCodes[failure.code].status, body, this.#parts.now())
    this.#endIfDone(id)
  }

  /** What the alarm does for batches: finds those that stand still, and deletes what is over. */
  async watch(): Promise<void> {
    const { now, storage } = this.#parts
    this.#parts.files.clear()
    for (const id of this.#batches.outlived(now())) storage.transactionSync(() => this.#batches.remove(id))
    const unfinished = this.#batches.unfinished()
    for (const { id, status, createdAt, progressedAt } of unfinished) {
      const stalled = this.#parts.pause.reason === null ? stalledMs : pausedRetryMs
      if (now() > createdAt + windowMs) this.#expire(id)
      else if (status === 'validating') await this.#validate(id)
      else if (now() - progressedAt > stalled && this.#underWay === 0) await this.#enqueue(id)
    }
    if (this.#batches.unfinished().length > 0) return this.#keepWatch()
    const expiries = [this.#batches.nextExpiry(), this.#parts.files.nextExpiry()].filter((at) => at !== null)
    if (expiries.length > 0) await ensureAlarmBefore(storage, Math.max(Math.min(...expiries), now() + hourMs))
  }

  /** The window has closed: what was answered is in the output file, the rest in the error file. */
  #expire(id: string): void {
    this.#parts.storage.transactionSync(() => {
      const unanswered = this.#batches.expirePending(id)
      this.#finish(id, 'expired', unanswered)
    })
  }

  #keepWatch(): Promise<void> {
    return ensureAlarmBefore(this.#parts.storage, this.#parts.now() + stalledMs)
  }

  /** Hands out all that is pending under a new generation. */
  async #enqueue(id: string): Promise<void> {
    const { storage, queue, now } = this.#parts
    const batch = this.#batches.get(id)!
    const { keyId } = batch.options
    const generation = batch.generation + 1
    this.#batches.update(id, { generation, progressedAt: now() })
    const tenantId = storage.kv.get<string>(tenantKey)!
    const work = chunk(this.#batches.waiting(id)).map(
      (piece): BatchWork => ({ tenantId, keyId, batchId: id, generation, ...piece }),
    )
    await enqueue(queue, work)
  }

  #isFinal(id: string, position: number, failure: Failure): boolean {
    if (mayBeTheRequest(failure)) return this.#batches.countAttempt(id, position) >= mostAttempts
    return errorCodes[failure.code].status < 429
  }

  #endIfDone(id: string): void {
    const batch = this.#batches.get(id)
    if (batch?.status !== 'in_progress') return
    if (batch.completed + batch.failed === batch.total) this.#finish(id, 'completed')
  }

  /** Ends a batch and gives it the files that its client will ask for. */
  #finish(id: string, status: 'completed' | 'cancelled' | 'expired', unanswered = false): void {
    const { files, now } = this.#parts
    const { completed, failed } = this.#batches.get(id)!
    this.#batches.update(id, {
      status,
      finishedAt: now(),
      outputFileId: completed > 0 ? files.createOutput(id, 'completed') : null,
      errorFileId: failed > 0 || unanswered ? files.createOutput(id, 'failed') : null,
    })
  }
}

const tenantKey = 'batches-tenant'
