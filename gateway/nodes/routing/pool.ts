import type { Failure } from '../../../schema/api/errors.ts'
import { NodeFailure } from '../client/node-failure.ts'
import type { ServedModel } from '../registry/model-catalog.ts'
import {
  admits,
  type Breaker,
  closedBreaker,
  onAborted,
  onCall,
  onFault,
  onSuccess,
  waitOf,
} from './breaker.ts'
import { chooseOfTwo } from './choice.ts'
import { type Hedge, RecentWaits } from './hedge.ts'
import { RetryBudget, retryDelayMs } from './retry-budget.ts'

/** What this isolate knows of a node from its own calls. Numbers only: it outlives every request. */
interface NodeState {
  breaker: Breaker
  calls: number
  /** The node asked to be left alone until then. */
  pausedUntil: number
}

export interface PoolDependencies {
  now: () => number
  random: () => number
  sleep: (milliseconds: number) => Promise<void>
  /** Hears until when a node is left alone after failures, and null when a call goes well again. */
  onRest: (nodeId: string, until: number | null) => void
}

/** One try on one node. `signal`, where another may be tried beside it, is aborted when that one's answer came first. */
export type NodeCall<T> = (served: ServedModel, signal?: AbortSignal) => Promise<T>

const tries = 3
/** A single node that asks for a pause is waited for when the pause is this short. */
const shortPauseMs = 1_500

export interface CallOptions {
  hedge?: Hedge | null
  /**
   * Whether it asks for more than a judgment takes. That such a call fails is no measure of a node: it opens no breaker
   * and keeps nobody waiting as a probe, or a single caller could have a node left alone for all.
   */
  isHeavy?: boolean
}

interface Try<T> {
  served: ServedModel
  call: NodeCall<T>
  isHeavy: boolean
}

interface Race<T> extends Try<T> {
  candidates: readonly ServedModel[]
  tried: Set<ServedModel>
  hedge: Hedge | null
}

/** Chooses nodes for calls, learns from the results, and tries again where that is safe. */
export class NodePool {
  readonly #dependencies: PoolDependencies
  readonly #budget = new RetryBudget()
  readonly #states = new Map<string, NodeState>()
  readonly #waits = new RecentWaits()

  constructor(dependencies: PoolDependencies) {
    this.#dependencies = dependencies
  }

  /** Runs the call on one of the candidates; on another, or the same a moment later, after a failure that allows it. */
  async run<T>(
    candidates: readonly ServedModel[],
    call: NodeCall<T>,
    { hedge = null, isHeavy = false }: CallOptions = {},
  ): Promise<T> {
    const { random, sleep } = this.#dependencies
    const tried = new Set<ServedModel>()
    this.#budget.onFirstTry()
    for (let round = 1; ; round++) {
      const served = this.#choose(candidates, tried)
      if (served === null) throw this.#unavailable(candidates)
      tried.add(served)
      try {
        return await this.#race({ served, candidates, tried, call, hedge, isHeavy })
      } catch (error) {
        if (!(error instanceof NodeFailure) || error.retry === 'nowhere' || round === tries) throw error
        const other = this.#choose(candidates, tried, true)
        // what was too much for one node is so for the next
        if ((other === null || isHeavy) && error.retry === 'elsewhere') throw error
        const pause = other === null ? Math.max(this.#pauseOf(served), retryDelayMs(round, random())) : 0
        if (pause > shortPauseMs || !this.#admits(other ?? served, pause) || !this.#budget.take()) throw error
        if (pause > 0) await sleep(pause)
      }
    }
  }

  /** A try, and another beside it on a second node when the first takes long: the first answer wins. */
  async #race<T>({ candidates, tried, hedge, ...one }: Race<T>): Promise<T> {
    const patience = this.#patienceWith(one.served, hedge)
    if (patience === null) return this.#try(one)
    const over = new AbortController()
    const first = this.#try(one, over.signal)
    const settled = first.then(
      () => true,
      () => true,
    )
    const inTime = await Promise.race([settled, this.#dependencies.sleep(patience).then(() => false)])
    const other = inTime ? null : this.#choose(candidates, tried, true)
    if (other === null || !this.#budget.take()) return first
    tried.add(other)
    const both = [first, this.#try({ ...one, served: other }, over.signal)]
    try {
      return await Promise.any(both)
    } catch {
      return await first
    } finally {
      over.abort()
    }
  }

  /** How long the first node is waited for alone; null for as long as it takes. */
  #patienceWith({ id }: ServedModel, hedge: Hedge | null): number | null {
    return hedge === 'p95' ? this.#waits.p95(id) : (hedge?.afterMs ?? null)
  }

  async #try<T>({ served, call, isHeavy }: Try<T>, signal?: AbortSignal): Promise<T> {
    const { now, random } = this.#dependencies
    const startedAt = now()
    const state = this.#stateOf(served)
    if (!isHeavy) state.breaker = onCall(state.breaker, now())
    state.calls += 1
    try {
      const result = await call(served, signal)
      if (!isHeavy) this.#waits.add(served.id, now() - startedAt)
      this.#learn(served, onSuccess(state.breaker))
      return result
    } catch (error) {
      if (isHeavy && !(error instanceof NodeFailure && error.fault === false)) throw error
      if (!(error instanceof NodeFailure)) this.#learn(served, onAborted(state.breaker, now()))
      else if (error.fault === false) this.#learn(served, onSuccess(state.breaker))
      else this.#learn(served, onFault(state.breaker, now(), random(), error.fault === 'alive'))
      if (error instanceof NodeFailure && error.pauseMs > 0) state.pausedUntil = now() + error.pauseMs
      throw error
    } finally {
      state.calls -= 1
    }
  }

  #learn(served: ServedModel, breaker: Breaker): void {
    const state = this.#stateOf(served)
    const before = state.breaker.state
    state.breaker = breaker
    if (breaker.state === before) return
    this.#dependencies.onRest(served.node.id, breaker.state === 'closed' ? null : breaker.until)
  }

  /** A node that may be called now: one not tried yet if there is any, else any again. */
  #choose(candidates: readonly ServedModel[], tried: Set<ServedModel>, fresh = false): ServedModel | null {
    const ready = candidates.filter((served) => this.#admits(served, 0))
    const untried = ready.filter((served) => !tried.has(served))
    const among = fresh || untried.length > 0 ? untried : ready
    const loaded = among.map((served) => ({
      served,
      load: this.#stateOf(served).calls + served.load,
      weight: served.node.weight,
    }))
    return chooseOfTwo(loaded, this.#dependencies.random)?.served ?? null
  }

  /** Whether a node may be called once so many milliseconds have passed. */
  #admits(served: ServedModel, after: number): boolean {
    const state = this.#stateOf(served)
    const then = this.#dependencies.now() + after
    return !served.node.draining && admits(state.breaker, then) && then >= state.pausedUntil
  }

  #pauseOf(served: ServedModel): number {
    return Math.max(0, this.#stateOf(served).pausedUntil - this.#dependencies.now())
  }

  #unavailable(candidates: readonly ServedModel[]): NodeFailure {
    const now = this.#dependencies.now()
    const waits = candidates
      .filter(({ node }) => !node.draining)
      .map((served) => {
        const { breaker, pausedUntil } = this.#stateOf(served)
        return Math.max(waitOf(breaker, now), pausedUntil - now)
      })
    const failure: Failure = {
      code: 'no_node_available',
      detail: 'No node that serves this model is up and has room.',
      source: 'gateway',
      retryAfter: Math.max(1, Math.ceil(Math.min(...waits, 60_000) / 1000)),
    }
    return new NodeFailure(failure, { retry: 'nowhere', fault: false })
  }

  #stateOf({ node }: ServedModel): NodeState {
    let state = this.#states.get(node.id)
    if (state === undefined) {
      state = { breaker: closedBreaker, calls: 0, pausedUntil: 0 }
      this.#states.set(node.id, state)
    }
    return state
  }
}
