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
 * A request's share of the minute, rounded up to 1/1024 ms: sums of such shares with a time in milliseconds
 * are exact, so that a limit is met to the request, however many have been added up.
 */
const interval = (perMinute: number) => Math.ceil((60_000 / perMinute) * 1024) / 1024

/**
 * The generic cell rate algorithm as a pure function: a minute's worth of requests may come at once, and
 * each then frees itself after its share of the minute. All there is to keep is one number, `arrival`.
 */
export function decideRate(arrival: number, now: number, perMinute: number): RateDecision {
  const share = interval(perMinute)
  const window = share * perMinute
  const next = Math.max(arrival, now) + share
  const allowed = next - now <= window
  const kept = allowed ? next : arrival
  const taken = Math.max(0, kept - now)
  const { remaining } = rateState(kept, now, perMinute)
  return {
    allowed,
    arrival: kept,
    remaining,
    retryAfterMs: remaining > 0 ? 0 : Math.max(0, taken + share - window),
    resetMs: taken,
  }
}

/** How many requests could follow at once, and when all of the limit is free again. */
export function rateState(arrival: number, now: number, perMinute: number) {
  const share = interval(perMinute)
  const taken = Math.max(0, arrival - now)
  return { remaining: Math.max(0, Math.floor((share * perMinute - taken) / share)), resetMs: taken }
}
