const windowMs = 60_000
/** Sums of fractions of a minute may end a hair above it. */
const tolerance = 1e-3

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
 * The generic cell rate algorithm as a pure function: a minute's worth of requests may come at once, and
 * each then frees itself after its share of the minute. All there is to keep is one number, `arrival`.
 */
export function decideRate(arrival: number, now: number, perMinute: number): RateDecision {
  const share = windowMs / perMinute
  const since = Math.max(arrival, now)
  const next = since + share
  const over = next - now - windowMs
  const allowed = over <= tolerance
  const kept = allowed ? next : arrival
  const taken = Math.max(0, kept - now)
  const remaining = Math.max(0, Math.floor((windowMs - taken + tolerance) / share))
  return {
    allowed,
    arrival: kept,
    remaining,
    retryAfterMs: remaining > 0 ? 0 : Math.max(0, taken + share - windowMs),
    resetMs: taken,
  }
}
