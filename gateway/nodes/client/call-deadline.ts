import { z } from 'zod'
import type { Deadline, DeadlineTimer } from './deadline-timer.ts'

/** Timeouts of a node call's steps in milliseconds. The first includes connecting. */
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
export function parseTimeLimits(json: string | undefined): TimeLimits {
  return { ...defaultTimeLimits, ...changes.parse(JSON.parse(json || '{}')) }
}

/** The limits of a retry: all tries together share the total. */
export const remainingLimits = (limits: TimeLimits, elapsedMs: number): TimeLimits => ({
  ...limits,
  totalMs: Math.max(1, limits.totalMs - elapsedMs),
})

/**
 * Aborts a call when its current step or the whole call times out, or when every client has disconnected. `signal`
 * goes into `fetch`.
 */
export class CallDeadline implements Deadline {
  readonly #controller = new AbortController()
  readonly #timer: DeadlineTimer
  readonly #deadline: number
  readonly #outer: AbortSignal | undefined
  readonly #abort = () => this.#controller.abort()
  /** True if a timeout fired, as opposed to a client that disconnected. */
  expired = false
  endsAt: number

  constructor(timer: DeadlineTimer, totalMs: number, outer?: AbortSignal) {
    this.#timer = timer
    this.#deadline = Date.now() + totalMs
    this.endsAt = this.#deadline
    this.#outer = outer
    if (outer?.aborted) this.#controller.abort()
    outer?.addEventListener('abort', this.#abort)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** Starts a step with a time limit of its own. */
  startStep(milliseconds: number): void {
    this.endsAt = Math.min(Date.now() + milliseconds, this.#deadline)
    this.#timer.watch(this)
  }

  /** Aborts the call if it is still running. */
  cancel(): void {
    this.#controller.abort()
  }

  stop(): void {
    this.#timer.unwatch(this)
    this.#outer?.removeEventListener('abort', this.#abort)
  }

  expire(): void {
    this.expired = true
    this.#controller.abort()
  }
}
