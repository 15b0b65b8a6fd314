import type { Failure } from '../../schema/api/errors.ts'
import { logUnexpected } from '../platform/unexpected.ts'

/** Counts calls of a location together; approximate, as the platform's rate limit binding is. */
export interface LocationCounter {
  limit(options: { key: string }): Promise<{ success: boolean }>
}

interface Heard {
  requests: number
  refusedUntil: number
}

/** One question to the location stands for so many requests: its limit counts in these steps too. */
export const requestsPerQuestion = 25
const refusalMs = 2_000
const mostKeys = 10_000

/**
 * Stops floods at the edge, before anything is validated. The location is asked beside the request, never in
 * front of it, and only once for every 25 requests of a key: what it answers counts for the requests that
 * follow, so a request served from memory waits for nobody.
 */
export class BurstLimiter {
  readonly #location: LocationCounter | undefined
  readonly #now: () => number
  readonly #defer: (work: Promise<unknown>) => void
  readonly #heard = new Map<string, Heard>()

  constructor(
    location: LocationCounter | undefined,
    now: () => number,
    defer: (work: Promise<unknown>) => void,
  ) {
    this.#location = location
    this.#now = now
    this.#defer = defer
  }

  /** Null when the request may go on. */
  check(key: string): Failure | null {
    const location = this.#location
    if (location === undefined) return null
    const heard = this.#heard.get(key) ?? { requests: 0, refusedUntil: 0 }
    if (heard.requests === 0) this.#remember(key, heard)
    heard.requests += 1
    if (heard.requests % requestsPerQuestion === 0) this.#defer(this.#ask(location, key, heard))
    if (this.#now() >= heard.refusedUntil) return null
    const detail = 'Far too many requests came with this key in the last seconds.'
    return { code: 'rate_limited', detail, source: 'gateway', retryAfter: refusalMs / 1000 }
  }

  async #ask(location: LocationCounter, key: string, heard: Heard): Promise<void> {
    try {
      const { success } = await location.limit({ key })
      if (!success) heard.refusedUntil = this.#now() + refusalMs
    } catch (error) {
      logUnexpected(error, { work: 'burst limit' })
      // a limiter that does not answer must not stop the service: the exact limits are behind it
    }
  }

  #remember(key: string, heard: Heard): void {
    this.#heard.set(key, heard)
    if (this.#heard.size <= mostKeys) return
    const oldest = this.#heard.keys().next().value
    if (oldest !== undefined) this.#heard.delete(oldest)
  }
}
