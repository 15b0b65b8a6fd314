import { type Failure, reason } from '../../schema/api/errors.ts'
import type { PauseReason } from '../../schema/api/pause-reasons.ts'
import type { CurrentGrantLookup } from '../auth/current-grant.ts'
import { isOutage } from '../platform/control-database.ts'
import type { Semaphore } from '../platform/semaphore.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { isFinal, isGrantFailure, isItemFailure, maxAttempts } from './failures.ts'
import { findGrant, type JobStop } from './find-grant.ts'
import type { JobKind, PreparedItem } from './job.ts'
import type { JobQueue } from './job-queue.ts'
import { retryWithBackoff } from './retry-with-backoff.ts'
import type { JobKindName, Work } from './work.ts'

interface JobRunnerParts {
  kinds: Record<JobKindName, JobKind>
  jobs: JobQueue
  queue: Queue<Work>
  /** Concurrent items of the tenant. */
  semaphore: Semaphore
  currentGrant: CurrentGrantLookup
}

const storageUnavailable: Failure = {
  code: 'storage_unavailable',
  ...reason('storage_not_written'),
  source: 'gateway',
}

/** Reasons after which a job waits for `resume` or `cancel`. */
const needsDecision: ReadonlySet<PauseReason> = new Set(['weights_changed'])

/**
 * Runs the items that consumers prepared, inside the tenant's object. A consumer never waits for them, so that the
 * chunks of one tenant delay no other tenant's.
 */
export class JobRunner {
  readonly #parts: JobRunnerParts
  /** Items that run, so that a job that is enqueued anew asks for none of them twice. */
  readonly #running = new Set<string>()
  /** Lookups of grants under way, by key. */
  readonly #stopLookups = new Map<string, Promise<JobStop | null>>()

  constructor(parts: JobRunnerParts) {
    this.#parts = parts
  }

  /** Returns the part of a chunk to prepare: null when the chunk is out of date, `busy` when there is no room for it now. */
  async take(work: Work, permits: number): Promise<{ taken: unknown } | 'busy' | null> {
    const { kinds, jobs, semaphore } = this.#parts
    const kind = kinds[work.kind]
    // after a restart, all that was enqueued before it is enqueued anew
    if (!jobs.knows(work.jobId)) await jobs.enqueueAnew(work.kind, work.jobId)
    const job = jobs.current(work)
    if (job === null) return null
    if (job.pausedBecause !== null) kind.update(work.jobId, { pausedBecause: null })
    semaphore.resize(permits)
    jobs.resize(permits)
    if (jobs.isBusy()) return 'busy'
    return { taken: kind.take(work.jobId, work.from, work.to) }
  }

  /** Runs the items of a chunk; the answer does not wait for them. */
  start(work: Work, items: PreparedItem<unknown>[]): void {
    this.#runChunk(work, items).catch((error) => logUnexpected(error, { job: work.jobId }))
  }

  /** Pauses a job and records the reason. */
  pause(work: Work, reason: PauseReason): void {
    const { kinds, jobs } = this.#parts
    if (!jobs.isCurrent(work)) return
    jobs.withhold(work.jobId)
    if (needsDecision.has(reason)) {
      kinds[work.kind].pause(work.jobId, reason)
      jobs.forget(work.jobId)
    } else kinds[work.kind].update(work.jobId, { pausedBecause: reason })
  }

  /** Cancels the job of a chunk whose key is gone; pauses it while its tenant or its key may not go on. */
  stop(work: Work, stop: JobStop): void {
    const { kinds, jobs } = this.#parts
    if (stop !== 'key_revoked' && stop !== 'tenant_gone') this.pause(work, stop)
    else if (kinds[work.kind].find(work.jobId)?.generation === work.generation) {
      kinds[work.kind].cancel(work.jobId)
      jobs.forget(work.jobId)
    }
  }

  /** Settles what is still pending of a chunk as failed: the queue could not deliver it. */
  async fail(work: Work, failure: Failure): Promise<void> {
    const { kinds, jobs } = this.#parts
    const kind = kinds[work.kind]
    if (kind.find(work.jobId) === null) return
    for (const { position } of kind.waiting(work.jobId, work.from, work.to - work.from)) {
      if (position < work.to) this.#fail(work, position, failure)
    }
    await jobs.fill()
    jobs.finishIfDrained(work.jobId)
  }

  async #runChunk(work: Work, items: PreparedItem<unknown>[]): Promise<void> {
    const { jobs, queue, semaphore } = this.#parts
    /** Why items of the chunk are left pending, whether the next ones would fail alike, and whether any counted. */
    const chunk = { left: null as Failure | null, isStopped: false, progressed: false }
    for (const _ of items) jobs.addInFlight(work.jobId, 1)
    await Promise.all(
      items.map(async (item) => {
        try {
          await semaphore.run(() => this.#runItem(work, item, chunk))
        } finally {
          jobs.addInFlight(work.jobId, -1)
        }
        await jobs.fill()
        jobs.finishIfDrained(work.jobId)
      }),
    )
    if (chunk.left === null || !jobs.isCurrent(work)) return
    await retryWithBackoff(queue, work, chunk.left, chunk.progressed)
  }

  async #runItem(
    work: Work,
    item: PreparedItem<unknown>,
    chunk: { left: Failure | null; isStopped: boolean; progressed: boolean },
  ): Promise<void> {
    const { kinds, jobs } = this.#parts
    const { kind: name, jobId } = work
    const kind = kinds[name]
    const { position } = item
    const id = `${jobId} ${position}`
    // by the time its turn comes, the job may be cancelled or the item settled
    if (chunk.isStopped || this.#running.has(id) || !jobs.isCurrent(work)) return
    if (!jobs.isOutstanding(jobId, position)) return
    this.#running.add(id)
    try {
      const stop = await this.#findStop(work)
      if (stop !== null) {
        chunk.isStopped = true
        return this.stop(work, stop)
      }
      if ('failure' in item) return this.#fail(work, position, item.failure)
      const failure = await this.#tryRun(kind, jobId, position, item.command)
      if (failure === null) jobs.settled(jobId, position)
      else if (isGrantFailure(failure)) {
        // the grant ended while the item waited for a slot
        chunk.isStopped = true
        const ended = await this.#findStop(work)
        if (ended !== null) return this.stop(work, ended)
        chunk.left = failure
      } else if (isFinal(failure)) this.#fail(work, position, failure)
      else if (isItemFailure(failure)) {
        chunk.progressed = true
        if (kind.countAttempt(jobId, position) >= maxAttempts) this.#fail(work, position, failure)
        else chunk.left = failure
      } else {
        chunk.left = failure
        chunk.isStopped = true
      }
      if (failure === null) chunk.progressed = true
    } finally {
      this.#running.delete(id)
    }
  }

  /**
   * Asks the grant once more: an item prepared before a suspension or a revocation must not run after it. Items that
   * ask while a lookup is under way share it.
   */
  #findStop(work: Work): Promise<JobStop | null> {
    const running = this.#stopLookups.get(work.keyId)
    if (running !== undefined) return running
    const lookup = this.#readStop(work).finally(() => this.#stopLookups.delete(work.keyId))
    this.#stopLookups.set(work.keyId, lookup)
    return lookup
  }

  async #readStop(work: Work): Promise<JobStop | null> {
    try {
      const current = await findGrant(this.#parts.currentGrant, work)
      return 'stop' in current ? current.stop : null
    } catch {
      // the consumer had the grant a moment ago; an outage of the control database stops nothing
      return null
    }
  }

  async #tryRun(kind: JobKind, id: string, position: number, command: unknown): Promise<Failure | null> {
    try {
      return await kind.run(id, position, command)
    } catch (error) {
      logUnexpected(error, { job: id })
      // a full disk is no item's fault: the job waits until it can be written again
      if (isOutage(error)) return storageUnavailable
      return { code: 'internal_error', ...reason('item_failed'), source: 'gateway' }
    }
  }

  #fail(work: Work, position: number, failure: Failure): void {
    this.#parts.kinds[work.kind].fail(work.jobId, position, failure)
    this.#parts.jobs.settled(work.jobId, position)
  }
}
