import type { GenerateEvent, GenerateRequest } from '../protocol.ts'
import { TenantShares } from '../scheduling/tenant-shares.ts'

export interface QueuedJob {
  readonly request: Pick<GenerateRequest, 'tenant' | 'messages' | 'samples' | 'maxTokens'>
}

/** The tokens expected of an answer before any was measured. */
const firstGuess = 250
/** Weight of one answer in the running mean. */
const learningRate = 0.1
/** About what tokenizers need for Korean. */
const charactersOfToken = 2

/**
 * Jobs that wait for an engine. The tenant that was served least, in tokens, has the next turn; its jobs keep their
 * order. A job is charged by a guess when it is handed out and by what it really took when it ends.
 */
export class GroupQueue<Job extends QueuedJob> {
  readonly #shares = new TenantShares()
  readonly #waiting = new Map<string, Job[]>()
  /** Estimated and actual tokens of the jobs that were handed out. */
  readonly #work = new Map<Job, { charged: number; done: number }>()
  #answerTokens = firstGuess

  /** The jobs that wait, in no order of turns. */
  get waiting(): readonly Job[] {
    return [...this.#waiting.values()].flat()
  }

  add(job: Job): void {
    const { tenant } = job.request
    this.#shares.add(tenant, 1)
    this.#waiting.set(tenant, [...(this.#waiting.get(tenant) ?? []), job])
  }

  /** The job whose turn is next; null when none waits. */
  next(): Job | null {
    const { served } = this.#shares
    const work = ([tenant]: [string, Job[]]) => served.get(tenant) ?? 0
    const tenants = [...this.#waiting]
    if (tenants.length === 0) return null
    return tenants.reduce((least, each) => (work(each) < work(least) ? each : least))[1][0]!
  }

  /** Takes a job out for an engine. */
  take(job: Job): void {
    this.#remove(job)
    const charged = this.#guess(job)
    this.#work.set(job, { charged, done: 0 })
    this.#shares.charge(job.request.tenant, charged)
  }

  /** Puts a job that an engine lost before all others of its tenant; what was done of it is the node's loss. */
  putBack(job: Job): void {
    const { tenant } = job.request
    this.#shares.charge(tenant, -(this.#work.get(job)?.charged ?? 0))
    this.#work.delete(job)
    this.#waiting.set(tenant, [job, ...(this.#waiting.get(tenant) ?? [])])
  }

  /** Counts the work that an event tells of. */
  note(job: Job, event: GenerateEvent, promptTokens: number): void {
    const work = this.#work.get(job)
    if (!work) return
    if (event.type === 'started') work.done += promptTokens - event.prefixHitTokens
    else if (event.type === 'finished') {
      work.done += event.completionTokens
      this.#answerTokens += learningRate * (event.completionTokens - this.#answerTokens)
    }
  }

  /** Forgets a job that is over, wherever it is. */
  end(job: Job): void {
    const { tenant } = job.request
    const work = this.#work.get(job)
    if (work) this.#shares.charge(tenant, work.done - work.charged)
    else this.#remove(job)
    this.#work.delete(job)
    this.#shares.remove(tenant)
  }

  #guess({ request: { messages, samples, maxTokens } }: Job): number {
    const characters = messages.reduce((sum, { content }) => sum + content.length, 0)
    const answer = Math.min(this.#answerTokens, maxTokens ?? Number.POSITIVE_INFINITY)
    return characters / charactersOfToken + samples * answer
  }

  #remove(job: Job): void {
    const { tenant } = job.request
    const others = this.#waiting.get(tenant)?.filter((one) => one !== job) ?? []
    if (others.length > 0) this.#waiting.set(tenant, others)
    else this.#waiting.delete(tenant)
  }
}
