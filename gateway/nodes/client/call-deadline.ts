import { z } from 'zod'

/** How long each step of a call to a node may take, in milliseconds. The runtime hides connecting in the first. */
export interface TimeLimits {
  /** Until the headers of a plain answer, which come when the whole text is written. */
  answerMs: number
  /** From there until the body is whole. */
  bodyMs: number
  /** Until the first event of a stream: connecting, queueing and reading the prompt. */
  firstEventMs: number
  /** Between two whole events of a stream; single bytes do not count. */
  betweenEventsMs: number
  /** The whole call. */
  totalMs: number
}

const milliseconds = z.number().int().min(1).max(3_600_000)
const changes = z
  .strictObject({
    answerMs: milliseconds,
    bodyMs: milliseconds,
    firstEventMs: milliseconds,
    betweenEventsMs: milliseconds,
    totalMs: milliseconds,
  })
  .partial()

const defaultTimeLimits: TimeLimits = {
  answerMs: 180_000,
  bodyMs: 15_000,
  firstEventMs: 60_000,
  betweenEventsMs: 20_000,
  totalMs: 300_000,
}

/** The limits with the operator's changes, given as JSON. */
export function timeLimitsOf(json: string | undefined): TimeLimits {
  return { ...defaultTimeLimits, ...changes.parse(JSON.parse(json || '{}')) }
}

/** The limits of a second try: all tries together have the total. */
export const whatIsLeftOf = (limits: TimeLimits, elapsedMs: number): TimeLimits => ({
  ...limits,
  totalMs: Math.max(1, limits.totalMs - elapsedMs),
})

/** Shorter than the steps usually are, so that the timer of one serves the next. */
const longestTimerMs = 10_000

/**
 * Watches over one call: gives up when the step at hand or the whole takes too long, or when nobody waits
 * any more. `signal` goes into `fetch`. Streams have a step for every event, and setting a timer costs more than
 * reading one: a timer that rings before the step ends stays, and looks again when it rings.
 */
export class Watch {
  readonly #controller = new AbortController()
  readonly #deadline: number
  readonly #outer: AbortSignal | undefined
  readonly #giveUp = () => this.#controller.abort()
  #stepEndsAt = 0
  #ringsAt = Number.POSITIVE_INFINITY
  #clear = () => {}
  /** Whether a limit was reached; tells a slow node from a client that left. */
  expired = false

  constructor(totalMs: number, outer?: AbortSignal) {
    this.#deadline = Date.now() + totalMs
    this.#outer = outer
    if (outer?.aborted) this.#controller.abort()
    outer?.addEventListener('abort', this.#giveUp)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Begins a step that may take so long. */
  within(milliseconds: number): void {
    this.#stepEndsAt = Math.min(Date.now() + milliseconds, this.#deadline)
    if (this.#ringsAt > this.#stepEndsAt) this.#setTimer()
  }

  /** Ends the call, if it is not over. */
  cancel(): void {
    this.#controller.abort()
  }

  stop(): void {
    this.#clear()
    this.#outer?.removeEventListener('abort', this.#giveUp)
  }

  #setTimer(): void {
    this.#clear()
    const now = Date.now()
    const wait = Math.max(0, Math.min(this.#stepEndsAt - now, longestTimerMs))
    this.#ringsAt = now + wait
    const timer = setTimeout(() => this.#look(), wait)
    this.#clear = () => clearTimeout(timer)
  }

  #look(): void {
    if (Date.now() < this.#stepEndsAt) this.#setTimer()
    else {
      this.expired = true
      this.#controller.abort()
    }
  }
}
