import type { Failure } from '../../../schema/api/errors.ts'
import type {
  EngineConfig,
  EngineStatistics,
  GenerateEvent,
  GenerateRequest,
  LoadedModel,
} from '../protocol.ts'
import { findDisagreement } from './engine-agreement.ts'
import { EngineProcess, type EngineState } from './engine-process.ts'
import { GroupQueue } from './group-queue.ts'
import { WarmPrefixes } from './warm-prefixes.ts'

export interface EngineGroupOptions {
  /** One engine for each; they serve the same model. */
  configs: EngineConfig[]
  stallMs: number
  onStatistics: (engine: number, statistics: EngineStatistics) => void
  onStateChange: (engine: number, state: EngineState) => void
  /** Receives what takes long while an engine loads the model. */
  onNotice: (engine: number, line: string) => void
}

type Listen = (event: GenerateEvent) => void

interface Member {
  readonly index: number
  readonly process: EngineProcess
  /** Samples that were handed to it and are not finished. */
  unfinished: number
}

interface Job {
  readonly request: GenerateRequest
  readonly listen: Listen
  readonly arrivedAt: number
  member: Member | null
  unfinished: number
  /** Known once an engine accepted it. */
  promptTokens: number
  /** Milliseconds before the engine that has it took it. */
  waitedMs: number
  /** Some of its answer was delivered, so that it cannot begin anew elsewhere. */
  hasBegun: boolean
  /** An engine crashed that had it. */
  wasMoved: boolean
}

/** An engine may hold as many samples beyond its slots as it has slots, so that a free slot finds work. */
const lookahead = 2
/** An engine that was silent for so long amid work may hang: it gets nothing new while others answer. */
const suspectMs = 5_000

/**
 * Several engines behind one queue. A request goes where its beginning was computed before unless that engine is busy,
 * else where least is to do; what no engine has room for waits here, and tenants take turns by their tokens. Each engine
 * is a process of its own: when one ends, only its requests fail, and those without a token yet move to another, once.
 */
export class EngineGroup {
  readonly #members: Member[]
  readonly #jobs = new Map<number, Job>()
  readonly #queue = new GroupQueue<Job>()
  readonly #warm: WarmPrefixes

  constructor({ configs, stallMs, onStatistics, onStateChange, onNotice }: EngineGroupOptions) {
    this.#warm = new WarmPrefixes(configs.length)
    this.#members = configs.map((config, index) => ({
      index,
      unfinished: 0,
      process: new EngineProcess({
        config,
        stallMs,
        onStatistics: (statistics) => onStatistics(index, statistics),
        onNotice: (line) => onNotice(index, line),
        onStateChange: (state) => {
          onStateChange(index, state)
          if (state.status === 'ready') this.#dispatch()
          else if (state.status === 'failing') this.#engineFailed(index)
        },
      }),
    }))
  }

  /** The engines, in the order of their configurations. */
  get engines(): readonly { index: number; process: EngineProcess }[] {
    return this.#members
  }

  /** Ready when one engine is. */
  get state(): EngineState {
    const states = this.#members.map(({ process }) => process.state)
    const first = (status: EngineState['status']) => states.find((state) => state.status === status)
    return first('ready') ?? first('failing') ?? first('starting') ?? states[0]!
  }

  /** The served model, with the slots of the engines that are ready; null until the first load. */
  get model(): LoadedModel | null {
    const loaded = this.#members.map(({ process }) => process).filter(({ model }) => model !== null)
    const model = loaded[0]?.model ?? null
    if (model === null || this.#members.length === 1) return model
    const ready = loaded.filter(({ state }) => state.status === 'ready')
    return { ...model, slots: ready.reduce((sum, one) => sum + one.model!.slots, 0) }
  }

  get restarts(): number {
    return this.#members.reduce((sum, { process }) => sum + process.restarts, 0)
  }

  /** Starts all engines. Rejects with one line when one is refused, or when they do not serve the same. */
  async start(): Promise<LoadedModel> {
    try {
      const models = await Promise.all(this.#members.map(({ process }) => process.start()))
      const disagreement = findDisagreement(models)
      if (disagreement) throw new Error(disagreement)
      return this.model!
    } catch (error) {
      await this.stop()
      throw error
    }
  }

  /** Hands a request over; every event of it goes to `listen`, the last one is `failed` or the last `finished`. */
  generate(request: GenerateRequest, listen: Listen): void {
    if (this.state.status !== 'ready') {
      listen({ type: 'failed', id: request.id, failure: this.unavailable(), crashed: false })
      return
    }
    const job: Job = {
      request,
      listen,
      arrivedAt: performance.now(),
      member: null,
      unfinished: request.samples,
      promptTokens: 0,
      waitedMs: 0,
      hasBegun: false,
      wasMoved: false,
    }
    this.#jobs.set(request.id, job)
    this.#queue.add(job)
    this.#dispatch()
  }

  /** Stops a request; its further events are dropped. Must also be called after it has ended. */
  release(id: number, unfinished: boolean): void {
    const job = this.#jobs.get(id)
    if (!job) return
    job.member?.process.release(id, unfinished)
    this.#end(job)
    this.#dispatch()
  }

  async stop(): Promise<void> {
    await Promise.all(this.#members.map(({ process }) => process.stop()))
  }

  /** Why a request cannot be taken now, and when to come back. */
  unavailable(): Failure {
    const failures = this.#members.map(({ process }) => process.unavailable())
    return failures.reduce((soonest, one) => (one.retryAfter! < soonest.retryAfter! ? one : soonest))
  }

  /** Hands out what waits, in the order of turns, as long as an engine takes it. */
  #dispatch(): void {
    for (let job = this.#queue.next(); job; job = this.#queue.next()) {
      const member = this.#choose(job.request)
      if (!member) return
      this.#queue.take(job)
      this.#hand(job, member)
    }
  }

  /** The engine for a request; null when none has room. A single engine orders its queue itself. */
  #choose(request: GenerateRequest): Member | null {
    const ready = this.#members.filter(({ process }) => process.state.status === 'ready')
    if (this.#members.length === 1) return ready[0] ?? null
    const lively = ready.filter(({ process }) => process.silentMs < suspectMs)
    const candidates = lively.length > 0 ? lively : ready
    const slots = ({ process }: Member) => process.model!.slots
    const warm = candidates.find(({ index }) => index === this.#warm.find(request))
    if (warm && warm.unfinished < slots(warm)) return warm
    const load = (member: Member) => member.unfinished / slots(member)
    const [least] = candidates.sort((a, b) => load(a) - load(b))
    return least && load(least) < lookahead ? least : null
  }

  #hand(job: Job, member: Member): void {
    job.member = member
    job.waitedMs = performance.now() - job.arrivedAt
    member.unfinished += job.unfinished
    this.#warm.note(job.request, member.index)
    member.process.generate(job.request, (event) => this.#receive(job, member, event))
  }

  #receive(job: Job, member: Member, event: GenerateEvent): void {
    if (event.type === 'failed' && event.crashed && this.#canMove(job, member)) {
      this.#move(job, member)
      return
    }
    if (event.type === 'accepted') job.promptTokens = event.promptTokens
    this.#queue.note(job, event, job.promptTokens)
    if (event.type === 'text' || event.type === 'finished') job.hasBegun = true
    if (event.type === 'failed') this.#end(job)
    if (event.type !== 'finished') {
      job.listen(event)
      return
    }
    job.unfinished -= 1
    member.unfinished -= 1
    job.listen({ ...event, queueMs: event.queueMs + job.waitedMs })
    this.#dispatch()
  }

  /** Returns whether another engine may begin a job anew: once, for a request may be what crashes engines. */
  #canMove(job: Job, from: Member): boolean {
    const others = this.#members.filter((member) => member !== from)
    return !job.hasBegun && !job.wasMoved && others.some(({ process }) => process.state.status === 'ready')
  }

  #move(job: Job, from: Member): void {
    from.unfinished -= job.unfinished
    job.member = null
    job.wasMoved = true
    this.#queue.putBack(job)
    this.#dispatch()
  }

  /** Forgets a job and what it still had in its engine. */
  #end(job: Job): void {
    if (!this.#jobs.delete(job.request.id)) return
    if (job.member) job.member.unfinished -= job.unfinished
    this.#queue.end(job)
    job.unfinished = 0
  }

  #engineFailed(index: number): void {
    this.#warm.forget(index)
    if (this.state.status === 'ready') return
    const failure = this.unavailable()
    for (const job of this.#queue.waiting) {
      this.#end(job)
      job.listen({ type: 'failed', id: job.request.id, failure, crashed: true })
    }
  }
}
