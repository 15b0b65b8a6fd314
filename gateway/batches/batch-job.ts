import { openAiErrorBody } from '../../schema/api/error-body.ts'
import { errorCodes } from '../../schema/api/error-codes.ts'
import { type Failure, reason } from '../../schema/api/errors.ts'
import type { PauseReason } from '../../schema/api/pause-reasons.ts'
import type { WaitingItem } from '../jobs/chunk.ts'
import type { Job, JobKind, RunningJob } from '../jobs/job.ts'
import type { ChatOutcome } from '../judging/run/outcome.ts'
import type { ChatCommand } from '../judging/run/run-chat.ts'
import type { BatchRecord, BatchStore } from './batch-store.ts'
import type { Files } from './files.ts'
import type { PendingLine } from './pending-lines.ts'

/** The most bytes of a line with its answer: the platform stores no row above 2 MB. */
const maxLineBytes = 1_990_000

interface BatchJobParts {
  store: BatchStore
  files: Files
  chat: (command: ChatCommand) => Promise<ChatOutcome>
  now: () => number
}

/** Batches as the job runner sees them: an item is one line of the input file. */
export class BatchJob implements JobKind<PendingLine[], ChatCommand> {
  readonly #parts: BatchJobParts

  constructor(parts: BatchJobParts) {
    this.#parts = parts
  }

  running(): RunningJob[] {
    const running = this.#parts.store.unfinished().filter(isRunning)
    return running.map((batch) => ({
      ...toJob(batch),
      pendingItems: batch.total - batch.completed - batch.failed,
    }))
  }

  find(id: string): Job | null {
    const batch = this.#parts.store.get(id)
    return batch !== null && isRunning(batch) ? toJob(batch) : null
  }

  update(id: string, change: Partial<Pick<Job, 'generation' | 'pausedBecause' | 'enqueuedAt'>>): void {
    this.#parts.store.update(id, change)
  }

  waiting(id: string, from: number, limit: number): WaitingItem[] {
    return this.#parts.store.waiting(id, from, limit)
  }

  take(id: string, from: number, to: number): PendingLine[] {
    return this.#parts.store.pending(id, from, to)
  }

  async run(id: string, position: number, command: ChatCommand): Promise<Failure | null> {
    const outcome = await this.#parts.chat(command)
    if ('failure' in outcome) return outcome.failure
    this.#storeAnswer(id, position, JSON.stringify(outcome.completion))
    return null
  }

  /** Settles a line with an error: it goes to the error file. */
  fail(id: string, position: number, failure: Failure): void {
    const body = JSON.stringify(openAiErrorBody(failure, `${id}-${position}`, 'en'))
    this.#parts.store.settle(id, position, errorCodes[failure.code].status, body, this.#parts.now())
  }

  countAttempt(id: string, position: number): number {
    return this.#parts.store.countAttempt(id, position)
  }

  finishIfDone(id: string): boolean {
    const batch = this.#parts.store.get(id)
    if (batch?.status !== 'in_progress') return true
    if (batch.completed + batch.failed < batch.total) return false
    this.#finish(id, 'completed')
    return true
  }

  cancel(id: string): void {
    const status = this.#parts.store.get(id)?.status
    if (status === 'validating' || status === 'in_progress') this.#finish(id, 'cancelled')
  }

  pause(id: string, reason: PauseReason): void {
    this.update(id, { pausedBecause: reason })
  }

  /** Ends a batch whose completion window is over; lines without an answer expire. */
  expire(id: string): void {
    this.#finish(id, 'expired', this.#parts.store.expirePending(id))
  }

  /** Settles a line with its answer, if the platform can store both the request and the answer. */
  #storeAnswer(id: string, position: number, response: string): void {
    const { store, now } = this.#parts
    const room = maxLineBytes - store.requestBytes(id, position)
    const bytes = new TextEncoder().encode(response).byteLength
    if (bytes <= room) {
      store.settle(id, position, 200, response, now())
      return
    }
    const why = reason('batch_answer_too_large', { bytes, room })
    this.fail(id, position, { code: 'body_too_large', ...why, source: 'gateway' })
  }

  /** Ends a batch and gives it the files that its client will ask for. */
  #finish(id: string, status: 'completed' | 'cancelled' | 'expired', hasExpiredLines = false): void {
    const { store, files, now } = this.#parts
    const { completed, failed } = store.get(id)!
    store.update(id, {
      status,
      pausedBecause: null,
      finishedAt: now(),
      outputFileId: completed > 0 ? files.createOutput(id, 'completed') : null,
      errorFileId: failed > 0 || hasExpiredLines ? files.createOutput(id, 'failed') : null,
    })
  }
}

const isRunning = ({ status }: BatchRecord) => status === 'in_progress'

const toJob = ({ options, ...batch }: BatchRecord): Job => ({ ...batch, keyId: options.keyId })
