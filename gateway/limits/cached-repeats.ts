/** Counts one more request of a key that was answered from a cache of this location. */
export interface CachedRepeat {
  tenantId: string
  keyId: string
  model: string
}

export type CountedRepeats = { keyId: string; model: string; requests: number }[]

interface Parts {
  send: (tenantId: string, repeats: CountedRepeats) => Promise<void>
  wait: (milliseconds: number) => Promise<unknown>
  now: () => number
  defer: (work: Promise<unknown>) => void
}

const collectMs = 1_000
/** Maximum time that a sender interrupted by the platform blocks the next one. */
const stuckMs = 10_000

/**
 * Counts what the caches of this isolate answered, for the tenant's usage. A repeat does not wait for it: the first
 * is reported beside its answer, and what follows within a second goes together. A report that fails is lost,
 * so that the counts may be too low, never too high.
 */
export class CachedRepeats {
  readonly #parts: Parts
  readonly #counts = new Map<string, CachedRepeat & { requests: number }>()
  #sendingUntil = 0

  constructor(parts: Parts) {
    this.#parts = parts
  }

  count(repeat: CachedRepeat): void {
    const name = `${repeat.tenantId} ${repeat.keyId} ${repeat.model}`
    const counted = this.#counts.get(name)
    if (counted === undefined) this.#counts.set(name, { ...repeat, requests: 1 })
    else counted.requests += 1
    if (this.#parts.now() >= this.#sendingUntil) this.#parts.defer(this.#report())
  }

  async #report(): Promise<void> {
    this.#sendingUntil = this.#parts.now() + stuckMs
    await this.#sendAll()
    await this.#parts.wait(collectMs)
    this.#sendingUntil = 0
    await this.#sendAll()
  }

  async #sendAll(): Promise<void> {
    const byTenant = Map.groupBy(this.#counts.values(), ({ tenantId }) => tenantId)
    this.#counts.clear()
    const sent = [...byTenant].map(([tenantId, repeats]) => this.#parts.send(tenantId, repeats))
    await Promise.allSettled(sent)
  }
}
