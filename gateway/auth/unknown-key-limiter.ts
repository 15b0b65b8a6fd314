/** Lookups of unknown keys from one address within a window, in one isolate. */
const maxUnknown = 60
const windowMs = 60_000
const maxAddresses = 10_000

/**
 * Bounds the storage reads that one client address causes with keys that do not exist. It counts in this
 * isolate's memory: a count in the database would cost more than the reads it saves.
 */
export class UnknownKeyLimiter {
  readonly #now: () => number
  readonly #windows = new Map<string, { startedAt: number; count: number }>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Seconds until the address may have another key looked up; 0 where it may now. */
  waitSeconds(address: string): number {
    const window = this.#current(address)
    if (window === undefined || window.count < maxUnknown) return 0
    return (window.startedAt + windowMs - this.#now()) / 1000
  }

  /** Counts one lookup that found no key. */
  count(address: string): void {
    const window = this.#current(address)
    if (window !== undefined) {
      window.count++
      return
    }
    if (this.#windows.size >= maxAddresses) this.#evictOldest()
    this.#windows.delete(address)
    this.#windows.set(address, { startedAt: this.#now(), count: 1 })
  }

  /** The window that runs now; one from the future of a clock that was put back is over. */
  #current(address: string): { startedAt: number; count: number } | undefined {
    const window = this.#windows.get(address)
    if (window === undefined) return undefined
    const age = this.#now() - window.startedAt
    return age >= 0 && age < windowMs ? window : undefined
  }

  #evictOldest(): void {
    const [oldest] = this.#windows.keys()
    if (oldest !== undefined) this.#windows.delete(oldest)
  }
}
