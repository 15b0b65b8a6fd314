interface Bounds<K, V> {
  /** The weight of all entries together; the least recently used are evicted beyond it. */
  max: number
  /** The weight of one entry; 1 without. */
  weigh?: (value: V, key: K) => number
  /** Entries heavier than this are not kept, for they would evict everything else. */
  maxEntry?: number
}

/** A map within a bound that evicts the least recently used entries. */
export class LruMap<K, V> {
  readonly #entries = new Map<K, { value: V; weight: number }>()
  readonly #max: number
  readonly #maxEntry: number
  readonly #weigh: (value: V, key: K) => number
  #weight = 0

  constructor({ max, maxEntry = max, weigh = () => 1 }: Bounds<K, V>) {
    this.#max = max
    this.#maxEntry = maxEntry
    this.#weigh = weigh
  }

  get size(): number {
    return this.#entries.size
  }

  /** Returns a value and marks it as used. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  /** Returns a value and leaves its place in the order. */
  peek(key: K): V | undefined {
    return this.#entries.get(key)?.value
  }

  set(key: K, value: V): void {
    this.delete(key)
    const weight = this.#weigh(value, key)
    if (weight > this.#maxEntry) return
    this.#entries.set(key, { value, weight })
    this.#weight += weight
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#max) return
      this.delete(oldest)
    }
  }

  delete(key: K): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#weight -= entry.weight
  }

  clear(): void {
    this.#entries.clear()
    this.#weight = 0
  }
}
