import type { Admission, Admitted, Reservation } from './admission.ts'
import type { AppliedLimits } from './limits.ts'

/** A run that waits for a slot. */
interface Waiting {
  keyId: string
  tokens: number
  limits: AppliedLimits
  finish(admitted: Admitted | null): void
}

export interface QueueBounds {
  /** Runs that may wait at a time. */
  runs: number
  /** Tokens that all of them together may have, for what waits is in memory. */
  tokens: number
  /** Longest wait, in milliseconds. */
  waitMs: number
}

interface QueueOptions {
  bounds?: QueueBounds
  onChange?: (waiting: number) => void
}

export const queueBounds: QueueBounds = { runs: 128, tokens: 4_000_000, waitMs: 30_000 }

/**
 * Lets runs wait for a slot when only the limit of concurrent runs is in the way, so that a client may send a handful
 * more at once than its plan runs. Keys of a tenant take turns; within a key the first waits shortest. Every other
 * limit, and a full queue, refuses at once.
 */
export class AdmissionQueue {
  readonly #admission: Admission
  readonly #now: () => number
  readonly #bounds: QueueBounds
  readonly #onChange: (waiting: number) => void
  /** By key, in the order of their turns. */
  readonly #waiting = new Map<string, Waiting[]>()
  #runs = 0
  #tokens = 0

  /** `onChange` is called with the number of waiting runs. */
  constructor(
    admission: Admission,
    now: () => number,
    { bounds = queueBounds, onChange = () => {} }: QueueOptions = {},
  ) {
    this.#admission = admission
    this.#now = now
    this.#bounds = bounds
    this.#onChange = onChange
  }

  /** Admits a run, at once or within the longest wait; null when `signal` was aborted meanwhile. */
  async admit(
    keyId: string,
    tokens: number,
    limits: AppliedLimits,
    signal: AbortSignal | undefined,
  ): Promise<Admitted | null> {
    const isBehindOthers = this.#waiting.has(keyId)
    if (!isBehindOthers) {
      const admitted = this.#admission.admit(keyId, tokens, limits, this.#now())
      if (!isBusy(admitted)) return admitted
    }
    if (this.#runs >= this.#bounds.runs || this.#tokens + tokens > this.#bounds.tokens) {
      return this.#admission.admit(keyId, tokens, limits, this.#now())
    }
    return this.#wait(keyId, tokens, limits, signal)
  }

  /** Ends a run and gives its slot to the next that waits. */
  settle(reservation: Reservation, tokensUsed: number): void {
    this.#admission.settle(reservation, tokensUsed, this.#now())
    this.#admitWaiting()
  }

  /** Counts the tokens of a run without limits. */
  add(keyId: string, tokensUsed: number): void {
    this.#admission.add(keyId, tokensUsed, this.#now())
  }

  #wait(
    keyId: string,
    tokens: number,
    limits: AppliedLimits,
    signal: AbortSignal | undefined,
  ): Promise<Admitted | null> {
    const { promise, resolve } = Promise.withResolvers<Admitted | null>()
    const abort = () => waiting.finish(null)
    const timer = setTimeout(
      () => waiting.finish(this.#admission.admit(keyId, tokens, limits, this.#now())),
      this.#bounds.waitMs,
    )
    const waiting: Waiting = {
      keyId,
      tokens,
      limits,
      finish: (admitted) => {
        if (!this.#remove(waiting)) return
        clearTimeout(timer)
        signal?.removeEventListener('abort', abort)
        resolve(admitted)
      },
    }
    this.#waiting.set(keyId, [...(this.#waiting.get(keyId) ?? []), waiting])
    this.#runs += 1
    this.#tokens += tokens
    this.#onChange(this.#runs)
    signal?.addEventListener('abort', abort)
    if (signal?.aborted) abort()
    return promise
  }

  #remove(waiting: Waiting): boolean {
    const ofKey = this.#waiting.get(waiting.keyId)
    if (!ofKey?.includes(waiting)) return false
    const others = ofKey.filter((one) => one !== waiting)
    if (others.length === 0) this.#waiting.delete(waiting.keyId)
    else this.#waiting.set(waiting.keyId, others)
    this.#runs -= 1
    this.#tokens -= waiting.tokens
    this.#onChange(this.#runs)
    return true
  }

  /** Goes round the keys until none of them can be admitted. */
  #admitWaiting(): void {
    for (let admittedOne = true; admittedOne; ) {
      admittedOne = false
      for (const keyId of [...this.#waiting.keys()]) {
        const first = this.#waiting.get(keyId)?.[0]
        if (first === undefined) continue
        const admitted = this.#admission.admit(keyId, first.tokens, first.limits, this.#now())
        if (isBusy(admitted)) continue
        first.finish(admitted)
        admittedOne = true
        this.#takeTurn(keyId)
      }
    }
  }

  /** A key that was served goes to the end of the round. */
  #takeTurn(keyId: string): void {
    const rest = this.#waiting.get(keyId)
    if (rest === undefined) return
    this.#waiting.delete(keyId)
    this.#waiting.set(keyId, rest)
  }
}

/** Returns whether a slot is all that is missing. */
const isBusy = (admitted: Admitted) =>
  'failure' in admitted && /^(tenant|key)_concurrency$/.test(admitted.failure.reason)
