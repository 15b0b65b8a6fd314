import { ensureAlarmBefore } from '../platform/alarm.ts'
import { firstChunk, maxChunkItems, type WaitingItem } from './chunk.ts'
import { enqueue } from './enqueue.ts'
import type { Job, JobKind } from './job.ts'
import type { JobKindName, Work } from './work.ts'

/** The most bytes of a tenant's items in the queue and in its object, beyond one chunk of each job. */
const maxWindowBytes = 8_000_000
/** Chunks of a tenant beyond what it may run: results end in groups, and a chunk takes a while through the queue. */
const spareChunks = 4
const stallCheckEveryMs = 10_000
/** Without progress for so long, and with nothing in flight, the messages count as lost. */
const stalledMs = 10_000
/** A paused job is tried again only so often. */
const pausedRetryMs = 20_000

interface EnqueuedJob {
  kind: JobKindName
  generation: number
  /** First position of the next chunk; infinite when all is enqueued. */
  cursor: number
  /** Items in the queue or in flight, by position, with their bytes. */
  outstanding: Map<number, number>
  /** Items that wait or run in this object. */
  inFlight: number
}

interface JobQueueParts {
  kinds: Record<JobKindName, JobKind>
  queue: Queue<Work>
  storage: DurableObjectStorage
  /** Called with the number of running jobs, and of their pending items. */
  onBacklog: (backlog: { jobsRunning: number; itemsPending: number }) => void
  now: () => number
}

const tenantKey = 'jobs-tenant'

/**
 * Enqueues the items of a tenant's jobs through one window that all its jobs share, and detects stalled jobs. The
 * pending items of a stalled job, or of any job after this object restarted, are enqueued again under a new
 * generation; messages of an older one are ignored.
 */
export class JobQueue {
  readonly #parts: JobQueueParts
  readonly #jobs = new Map<string, EnqueuedJob>()
  #permits = 1

  constructor(parts: JobQueueParts) {
    this.#parts = parts
  }

  /** The tenant of this object; null before its first job. */
  tenantId(): string | null {
    return this.#parts.storage.kv.get<string>(tenantKey) ?? null
  }

  /** Enqueues a job that begins. */
  async begin(tenantId: string, kind: JobKindName, id: string): Promise<void> {
    this.#parts.storage.kv.put(tenantKey, tenantId)
    await this.enqueueAnew(kind, id)
    this.#reportBacklog()
  }

  /** Enqueues everything that is pending of a job under a new generation. */
  async enqueueAnew(kind: JobKindName, id: string): Promise<void> {
    const { kinds, now } = this.#parts
    const job = kinds[kind].find(id)
    if (job === null) return
    const generation = job.generation + 1
    kinds[kind].update(id, { generation, enqueuedAt: now() })
    const inFlight = this.#jobs.get(id)?.inFlight ?? 0
    this.#jobs.set(id, { kind, generation, cursor: 0, outstanding: new Map(), inFlight })
    await this.fill()
    this.finishIfDrained(id)
    await this.scheduleStallCheck()
  }

  /** Fills the window, with the job first that has the fewest items in it. */
  async fill(): Promise<void> {
    const work: Work[] = []
    for (let next = this.#next(); next !== null; next = this.#next()) work.push(next)
    if (work.length > 0) await enqueue(this.#parts.queue, work)
  }

  /** The job of a chunk; null if it has ended, or was enqueued again since. */
  current({ kind, jobId, generation }: Work): Job | null {
    const job = this.#parts.kinds[kind].find(jobId)
    return job?.generation === generation && this.#jobs.has(jobId) ? job : null
  }

  /** Returns whether a chunk belongs to a job that runs and was not enqueued anew since; it reads no storage. */
  isCurrent({ jobId, generation }: Work): boolean {
    return this.#jobs.get(jobId)?.generation === generation
  }

  /** Returns whether an item was enqueued and is not settled yet. */
  isOutstanding(id: string, position: number): boolean {
    return this.#jobs.get(id)?.outstanding.has(position) ?? false
  }

  /** Ends a job that has nothing left to enqueue and nothing outstanding, if all its items are settled. */
  finishIfDrained(id: string): void {
    const job = this.#jobs.get(id)
    if (job === undefined || job.cursor !== Number.POSITIVE_INFINITY || job.outstanding.size > 0) return
    if (this.#parts.kinds[job.kind].finishIfDone(id)) this.forget(id)
  }

  /** Returns whether this object has enqueued a job since it began. */
  knows(id: string): boolean {
    return this.#jobs.has(id)
  }

  resize(permits: number): void {
    this.#permits = permits
  }

  /** Returns whether the object holds as many items as it may. */
  isBusy(): boolean {
    const inFlight = [...this.#jobs.values()].reduce((sum, job) => sum + job.inFlight, 0)
    return inFlight > this.#windowItems() + maxChunkItems
  }

  addInFlight(id: string, change: 1 | -1): void {
    const job = this.#jobs.get(id)
    if (job !== undefined) job.inFlight = Math.max(0, job.inFlight + change)
  }

  settled(id: string, position: number): void {
    this.#jobs.get(id)?.outstanding.delete(position)
  }

  /** Takes a job that is over out of the window. */
  forget(id: string): void {
    this.#jobs.delete(id)
    this.#reportBacklog()
  }

  /** Takes a paused job out of the window; the watch tries it again. */
  withhold(id: string): void {
    const job = this.#jobs.get(id)
    if (job === undefined) return
    job.outstanding.clear()
    job.cursor = Number.POSITIVE_INFINITY
  }

  /** Enqueues stalled jobs anew. The alarm calls it. */
  async watch(): Promise<void> {
    this.#reportBacklog()
    let isRunning = false
    for (const kind of ['evaluation', 'batch'] as const) {
      for (const job of this.#parts.kinds[kind].running()) {
        isRunning = true
        if (this.#isStalled(job)) await this.enqueueAnew(kind, job.id)
      }
    }
    if (!isRunning) return
    await this.fill()
    await this.scheduleStallCheck()
  }

  async scheduleStallCheck(): Promise<void> {
    await ensureAlarmBefore(this.#parts.storage, this.#parts.now() + stallCheckEveryMs)
  }

  #reportBacklog(): void {
    const { kinds, onBacklog } = this.#parts
    const jobs = Object.values(kinds).flatMap((kind) => kind.running())
    const itemsPending = jobs.reduce((sum, { pendingItems }) => sum + pendingItems, 0)
    onBacklog({ jobsRunning: jobs.length, itemsPending })
  }

  #isStalled({ id, pausedBecause, progressedAt, enqueuedAt }: Job): boolean {
    const job = this.#jobs.get(id)
    if (job === undefined) return true
    const timeoutMs = pausedBecause === null ? stalledMs : pausedRetryMs
    const movedAt = Math.max(progressedAt, enqueuedAt ?? 0)
    if (job.inFlight > 0 || this.#parts.now() - movedAt <= timeoutMs) return false
    return pausedBecause !== null || job.outstanding.size > 0 || job.cursor === Number.POSITIVE_INFINITY
  }

  #windowItems(): number {
    return this.#permits + spareChunks * maxChunkItems
  }

  #next(): Work | null {
    const jobs = [...this.#jobs].sort(([, one], [, other]) => one.outstanding.size - other.outstanding.size)
    for (const [id, job] of jobs) {
      if (job.cursor === Number.POSITIVE_INFINITY) continue
      // each job always has one chunk in the queue: a job whose model is not served must not block the others
      if (job.outstanding.size > 0 && !this.#hasRoom()) return null
      const work = this.#nextWork(id, job)
      if (work !== null) return work
    }
    return null
  }

  #hasRoom(): boolean {
    let items = 0
    let bytes = 0
    for (const { outstanding } of this.#jobs.values()) {
      items += outstanding.size
      for (const size of outstanding.values()) bytes += size
    }
    return items + maxChunkItems <= this.#windowItems() && bytes < maxWindowBytes
  }

  #nextWork(id: string, job: EnqueuedJob): Work | null {
    const { kinds, storage } = this.#parts
    const running = kinds[job.kind].find(id)
    if (running === null) {
      this.#jobs.delete(id)
      return null
    }
    const chunk: WaitingItem[] = firstChunk(kinds[job.kind].waiting(id, job.cursor, maxChunkItems))
    const [first, last] = [chunk[0], chunk.at(-1)]
    if (first === undefined || last === undefined) {
      job.cursor = Number.POSITIVE_INFINITY
      return null
    }
    job.cursor = last.position + 1
    for (const { position, bytes } of chunk) job.outstanding.set(position, bytes)
    const { keyId, generation } = running
    const tenantId = storage.kv.get<string>(tenantKey)!
    const range = { from: first.position, to: job.cursor }
    return { kind: job.kind, jobId: id, tenantId, keyId, generation, ...range, retries: 0 }
  }
}
