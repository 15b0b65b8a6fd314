import { type Failure, reason } from '../../schema/api/errors.ts'
import type { Throughput } from './throughput.ts'

/**
 * Bounds what waits for a slot. A tenant may hold as many places as are left free by all: a burst fills half of
 * the queue at most, two bursts two thirds, and a new tenant always finds a place.
 */
export class Admission {
  readonly #limit: number
  readonly #throughput: Throughput
  readonly #waiting = new Map<string, number>()
  #total = 0

  /** @param limit most answers that may wait, over all tenants */
  constructor(limit: number, throughput: Throughput) {
    this.#limit = limit
    this.#throughput = throughput
  }

  get limit(): number {
    return this.#limit
  }

  get waiting(): number {
    return this.#total
  }

  /** Reserves places for a request's samples, or returns why there are none. */
  admit(tenant: string, samples: number): Failure | null {
    const own = this.#waiting.get(tenant) ?? 0
    if (own + samples > this.#limit - this.#total) {
      const retryAfter = this.#throughput.secondsFor(this.#total)
      return {
        code: 'overloaded',
        ...reason('node_queue_full', { waiting: this.#total, own, limit: this.#limit }),
        source: 'node',
        retryAfter,
      }
    }
    this.#waiting.set(tenant, own + samples)
    this.#total += samples
    return null
  }

  /** Gives places back, when samples leave the queue for whatever reason. */
  release(tenant: string, samples: number): void {
    const own = (this.#waiting.get(tenant) ?? 0) - samples
    if (own > 0) this.#waiting.set(tenant, own)
    else this.#waiting.delete(tenant)
    this.#total -= samples
  }
}
