export interface RateDecision {
  allowed: boolean
  /** The new theoretical arrival time; the old one when refused. */
  arrival: number
  /** Requests that could follow at once. */
  remaining: number
  /** When the next request is allowed, in milliseconds from now; 0 when it is now. */
  retryAfterMs: number
  /** Until the whole limit is free again. */
  resetMs: number
}

/**
 * Milliseconds between two requests, rounded up to 1/1024 ms: sums of such intervals with a time in milliseconds
 * are exact, so that a limit is met to the request, however many have been added up.
 */
const emissionInterval = (perMinute: number) => Math.ceil((60_000 / perMinute) * 1024) / 1024

/** Bounds a stored arrival time to one window from now: a later one comes from a clock that was set back. */
export const clampArrival = (arrival: number, now: number, perMinute: number) =>
  Math.min(arrival, now + emissionInterval(perMinute) * perMinute)

/**
 * Decides by the generic cell rate algorithm: a minute's worth of requests may come at once, and one more is
 * allowed after every interval. The only state is one number, `arrival`.
 */
export function decideRate(arrival: number, now: number, perMinute: number): RateDecision {
  const interval = emissionInterval(perMinute)
  const window = interval * perMinute
  const before = clampArrival(arrival, now, perMinute)
  const next = Math.max(before, now) + interval
  const allowed = next - now <= window
  const kept = allowed ? next : before
  const taken = Math.max(0, kept - now)
  const { remaining } = rateState(kept, now, perMinute)
  return {
    allowed,
    arrival: kept,
    remaining,
    retryAfterMs: remaining > 0 ? 0 : Math.max(0, taken + interval - window),
    resetMs: taken,
  }
}

/** Returns the burst that is left, and the time until the full limit is available. */
export function rateState(arrival: number, now: number, perMinute: number) {
  const interval = emissionInterval(perMinute)
  const taken = Math.max(0, clampArrival(arrival, now, perMinute) - now)
  return { remaining: Math.max(0, Math.floor((interval * perMinute - taken) / interval)), resetMs: taken }
}
