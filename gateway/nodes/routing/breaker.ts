/**
 * A circuit breaker as a value: what is known of a node's health, and what a result makes of it. Nothing here
 * reads a clock or keeps a timer.
 */
export interface Breaker {
  /** How bad the results were lately, 0..1; each counts a fifth of what is left of it. */
  readonly badness: number
  /** Closed breakers let everything through; an open one nothing until `until`, then one probe. */
  readonly state: 'closed' | 'open' | 'probing'
  readonly until: number
  /** How often it opened in a row without a success between; each doubles the wait. */
  readonly openings: number
}

export const closedBreaker: Breaker = { badness: 0, state: 'closed', until: 0, openings: 0 }

const weightOfResult = 0.2
/** Five failures in a row open it, and so do three out of four for a while. */
const tooBad = 0.67
const firstWaitMs = 2_000
const longestWaitMs = 60_000
/** A probe that was never answered for, because its isolate ended, blocks the next one no longer than this. */
const probeMs = 300_000

/** Whether a call may go to the node now. */
export function admits(breaker: Breaker, now: number): boolean {
  return breaker.state === 'closed' || now >= breaker.until
}

/** Milliseconds until it is worth asking again: what a probe under way finds out is known soon. */
export function waitOf(breaker: Breaker, now: number): number {
  if (breaker.state === 'closed') return 0
  return Math.min(breaker.until - now, breaker.state === 'probing' ? firstWaitMs : longestWaitMs)
}

/** The breaker once a call is on its way: the first one through an open breaker is the probe, alone. */
export function onCall(breaker: Breaker, now: number): Breaker {
  if (breaker.state === 'closed') return breaker
  return { ...breaker, state: 'probing', until: now + probeMs }
}

/** A success heals: it closes the breaker at once when it was the probe. */
export function onSuccess(breaker: Breaker): Breaker {
  if (breaker.state !== 'closed') return closedBreaker
  return { ...breaker, badness: breaker.badness * (1 - weightOfResult), openings: 0 }
}

/**
 * `random` (0..1) spreads the probes of many isolates over half the wait. A node that is alive is waited for no
 * longer each time: what it fails at may be the requests, and those of others must not wait for them.
 */
export function onFault(breaker: Breaker, now: number, random: number, alive = false): Breaker {
  const badness = breaker.badness * (1 - weightOfResult) + weightOfResult
  // a call that was under way when the breaker opened changes nothing more
  if (breaker.state === 'open') return breaker
  if (breaker.state === 'closed' && badness < tooBad) return { ...breaker, badness }
  const openings = alive ? 0 : breaker.openings
  const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** openings)
  return {
    badness,
    state: 'open',
    until: now + wait * (0.75 + random / 2),
    openings: openings + 1,
  }
}

/** A probe that said nothing about the node, because it was given up: the next call probes again. */
export function onAborted(breaker: Breaker, now: number): Breaker {
  return breaker.state === 'probing' ? { ...breaker, state: 'open', until: now } : breaker
}
