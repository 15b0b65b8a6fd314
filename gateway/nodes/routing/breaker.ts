/**
 * A node's circuit breaker as a value. Every function returns the next state; none reads a clock or keeps a timer.
 */
export interface Breaker {
  /** Exponential moving average of failed calls, 0..1; the newest weighs a fifth. */
  readonly failureRate: number
  /** Closed: every call passes. Open: none until `until`, then one probe. */
  readonly state: 'closed' | 'open' | 'probing'
  readonly until: number
  /** Openings in a row without a success; each doubles the wait. */
  readonly openings: number
}

export const closedBreaker: Breaker = { failureRate: 0, state: 'closed', until: 0, openings: 0 }

const weightOfResult = 0.2
/** Five failures in a row open it, and so do three out of four for a while. */
const openThreshold = 0.67
const initialWaitMs = 2_000
const maxWaitMs = 60_000
/** A probe whose isolate ended never reports; another may start after this time. */
const probeMs = 300_000

/** Returns whether a call may go to the node now. */
export function admits(breaker: Breaker, now: number): boolean {
  return breaker.state === 'closed' || now >= breaker.until
}

/** Milliseconds until a retry makes sense; a running probe settles soon. */
export function remainingWaitMs(breaker: Breaker, now: number): number {
  if (breaker.state === 'closed') return 0
  return Math.min(breaker.until - now, breaker.state === 'probing' ? initialWaitMs : maxWaitMs)
}

/** After a call started: the first call through an open breaker is its only probe. */
export function onCall(breaker: Breaker, now: number): Breaker {
  if (breaker.state === 'closed') return breaker
  return { ...breaker, state: 'probing', until: now + probeMs }
}

/** After a success; a successful probe closes the breaker at once. */
export function onSuccess(breaker: Breaker): Breaker {
  if (breaker.state !== 'closed') return closedBreaker
  return { ...breaker, failureRate: breaker.failureRate * (1 - weightOfResult), openings: 0 }
}

/**
 * After a failure. `random` (0..1) spreads the probes of many isolates over half the wait. The wait of a node that
 * is alive does not grow: the requests may cause the failures, and those of other tenants must not wait for them.
 */
export function onFailure(breaker: Breaker, now: number, random: number, alive = false): Breaker {
  const failureRate = breaker.failureRate * (1 - weightOfResult) + weightOfResult
  // calls that were running when the breaker opened count no further
  if (breaker.state === 'open') return breaker
  if (breaker.state === 'closed' && failureRate < openThreshold) return { ...breaker, failureRate }
  const openings = alive ? 0 : breaker.openings
  const wait = Math.min(maxWaitMs, initialWaitMs * 2 ** openings)
  return {
    failureRate,
    state: 'open',
    until: now + wait * (0.75 + random / 2),
    openings: openings + 1,
  }
}

/** After an aborted call, which is no evidence about the node, the next call probes again. */
export function onAborted(breaker: Breaker, now: number): Breaker {
  return breaker.state === 'probing' ? { ...breaker, state: 'open', until: now } : breaker
}
