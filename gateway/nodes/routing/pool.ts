import { type Failure, reason } from '../../../schema/api/errors.ts'
import { NodeFailure } from '../client/node-failure.ts'
import type { ServedModel } from '../served-model.ts'
import {
  admits,
  type Breaker,
  closedBreaker,
  onAborted,
  onCall,
  onFailure,
  onSuccess,
  remainingWaitMs,
} from './breaker.ts'
import { chooseOfTwo } from './choice.ts'
import { type Hedge, RecentDurations } from './hedge.ts'
import { RetryBudget, retryDelayMs } from './retry-budget.ts'

/** A node's state as this isolate's calls found it. Numbers only: it is shared by all requests. */
interface NodeState {
  breaker: Breaker
  calls: number
  /** From the node's Retry-After. */
  pausedUntil: number
}

export interface PoolDependencies {
  now: () => number
  random: () => number
  sleep: (milliseconds: number) => Promise<void>
  /** Called when a breaker opens, with the time until which it stays open, and with null when it closes. */
  onBreakerChange: (nodeId: string, until: number | null) => void
}

/** One try on one node. `signal` is aborted when a hedged call on another node answered first. */
export type NodeCall<T> = (served: ServedModel, signal?: AbortSignal) => Promise<T>

const tries = 3
/** A retry on the same node waits for its Retry-After up to this long. */
const shortPauseMs = 1_500

export interface CallOptions {
  hedge?: Hedge | null
  /**
   * True if it asks for more than a judgment takes. The failure of such a call opens no breaker and it is never a
   * probe, or a single caller could open the breaker for all.
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

/** Chooses nodes for calls, records their results, and retries where that is safe. */
export class NodePool {
  readonly #dependencies: PoolDependencies
  readonly #budget = new RetryBudget()
  readonly #states = new Map<string, NodeState>()
  readonly #waits = new RecentDurations()

  constructor(dependencies: PoolDependencies) {
    this.#dependencies = dependencies
  }

  /** Runs the call on one candidate; after a failure that allows it, retries on another or on the same after a delay. */
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
        // a heavy request that failed one node would fail the next
        if ((other === null || isHeavy) && error.retry === 'elsewhere') throw error
        const pause = other === null ? Math.max(this.#getPause(served), retryDelayMs(round, random())) : 0
        if (pause > shortPauseMs || !this.#admits(other ?? served, pause) || !this.#budget.take()) throw error
        if (pause > 0) await sleep(pause)
      }
    }
  }

  /** One try, hedged by a second node when it takes long: the first answer wins. */
  async #race<T>({ candidates, tried, hedge, ...one }: Race<T>): Promise<T> {
    const hedgeDelayMs = this.#hedgeDelay(one.served, hedge)
    if (hedgeDelayMs === null) return this.#try(one)
    const over = new AbortController()
    const first = this.#try(one, over.signal)
    const settled = first.then(
      () => true,
      () => true,
    )
    const inTime = await Promise.race([settled, this.#dependencies.sleep(hedgeDelayMs).then(() => false)])
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

  /** The delay before a hedge; null for none. */
  #hedgeDelay({ id }: ServedModel, hedge: Hedge | null): number | null {
    return hedge === 'p95' ? this.#waits.p95(id) : (hedge?.afterMs ?? null)
  }

  async #try<T>({ served, call, isHeavy }: Try<T>, signal?: AbortSignal): Promise<T> {
    const { now, random } = this.#dependencies
    const startedAt = now()
    const state = this.#getState(served)
    if (!isHeavy) state.breaker = onCall(state.breaker, now())
    state.calls += 1
    try {
      const result = await call(served, signal)
      if (!isHeavy) this.#waits.add(served.id, now() - startedAt)
      this.#setBreaker(served, onSuccess(state.breaker))
      return result
    } catch (error) {
      if (isHeavy && !(error instanceof NodeFailure && error.fault === false)) throw error
      if (!(error instanceof NodeFailure)) this.#setBreaker(served, onAborted(state.breaker, now()))
      else if (error.fault === false) this.#setBreaker(served, onSuccess(state.breaker))
      else this.#setBreaker(served, onFailure(state.breaker, now(), random(), error.fault === 'alive'))
      if (error instanceof NodeFailure && error.pauseMs > 0) state.pausedUntil = now() + error.pauseMs
      throw error
    } finally {
      state.calls -= 1
    }
  }

  #setBreaker(served: ServedModel, breaker: Breaker): void {
    const state = this.#getState(served)
    const before = state.breaker.state
    state.breaker = breaker
    if (breaker.state === before) return
    this.#dependencies.onBreakerChange(served.node.id, breaker.state === 'closed' ? null : breaker.until)
  }

  /** A node that may be called now, an untried one first. `fresh` admits untried ones only. */
  #choose(candidates: readonly ServedModel[], tried: Set<ServedModel>, fresh = false): ServedModel | null {
    const ready = candidates.filter((served) => this.#admits(served, 0))
    const untried = ready.filter((served) => !tried.has(served))
    const among = fresh || untried.length > 0 ? untried : ready
    const loaded = among.map((served) => ({
      served,
      load: this.#getState(served).calls + served.load,
      weight: served.node.weight,
    }))
    return chooseOfTwo(loaded, this.#dependencies.random)?.served ?? null
  }

  /** Returns whether a node may be called once so many milliseconds have passed. */
  #admits(served: ServedModel, after: number): boolean {
    const state = this.#getState(served)
    const then = this.#dependencies.now() + after
    return !served.node.draining && admits(state.breaker, then) && then >= state.pausedUntil
  }

  #getPause(served: ServedModel): number {
    return Math.max(0, this.#getState(served).pausedUntil - this.#dependencies.now())
  }

  #unavailable(candidates: readonly ServedModel[]): NodeFailure {
    const now = this.#dependencies.now()
    const waits = candidates
      .filter(({ node }) => !node.draining)
      .map((served) => {
        const { breaker, pausedUntil } = this.#getState(served)
        return Math.max(remainingWaitMs(breaker, now), pausedUntil - now)
      })
    const failure: Failure = {
      code: 'no_node_available',
      ...reason('no_node_free'),
      source: 'gateway',
      retryAfter: Math.max(1, Math.ceil(Math.min(...waits, 60_000) / 1000)),
    }
    return new NodeFailure(failure, { retry: 'nowhere', fault: false })
  }

  #getState({ node }: ServedModel): NodeState {
    let state = this.#states.get(node.id)
    if (state === undefined) {
      state = { breaker: closedBreaker, calls: 0, pausedUntil: 0 }
      this.#states.set(node.id, state)
    }
    return state
  }
}
