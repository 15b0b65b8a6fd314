import { type Failure, reason } from '../../schema/api/errors.ts'
import { LruMap } from '../platform/lru-map.ts'
import { logUnexpected } from '../platform/unexpected.ts'

/** Counts calls of a location together; approximate, as the platform's rate limit binding is. */
export interface LocationCounter {
  limit(options: { key: string }): Promise<{ success: boolean }>
}

/** The location's last decision for a key, and the requests since. */
interface LocationAnswer {
  requests: number
  refusedUntil: number
}

/** Requests per call of the location's limiter; its limit is configured in these steps. */
export const requestsPerQuestion = 25
/** The location's limit for one key, as wrangler.toml states it for the platform: 1,000 requests a second. */
export const burstLimit = { limit: 400, periodMs: 10_000 }
const refusalMs = 2_000
const maxKeys = 10_000

/**
 * Refuses floods at the edge, before anything is validated. The location's counter is asked in the background, once
 * for every 25 requests of a key, and its answer applies to the following requests: no request waits for it.
 */
export class BurstLimiter {
  readonly #location: LocationCounter | undefined
  readonly #now: () => number
  readonly #defer: (work: Promise<unknown>) => void
  readonly #answers = new LruMap<string, LocationAnswer>({ max: maxKeys })

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
    const answer = this.#answers.get(key) ?? { requests: 0, refusedUntil: 0 }
    if (answer.requests === 0) this.#answers.set(key, answer)
    answer.requests += 1
    if (answer.requests % requestsPerQuestion === 0) this.#defer(this.#ask(location, key, answer))
    if (this.#now() >= answer.refusedUntil) return null
    const retryAfter = refusalMs / 1000
    return { code: 'rate_limited', ...reason('too_many_at_once'), source: 'gateway', retryAfter }
  }

  async #ask(location: LocationCounter, key: string, answer: LocationAnswer): Promise<void> {
    try {
      const { success } = await location.limit({ key })
      if (!success) answer.refusedUntil = this.#now() + refusalMs
    } catch (error) {
      logUnexpected(error, { work: 'burst limit' })
      // a limiter that does not answer stops nothing: the exact limits follow
    }
  }
}
