/** Bytes held by one piece of work; it counts until it is released, or has not grown or been read for a while. */
export interface ByteLease {
  /** Takes so many bytes more; false when the budget has no room. */
  grow(bytes: number): boolean
  /** Says that the bytes are still in use. */
  touch(): void
  release(): void
}

/** The runtime ends the work of a client that disconnects without running its `finally`. */
const idleMs = 45_000

/** Bounds what all requests of an isolate hold in memory at the same time. */
export class ByteBudget {
  readonly #maxBytes: number
  readonly #now: () => number
  readonly #leases = new Map<object, { bytes: number; touchedAt: number }>()

  constructor(maxBytes: number, now: () => number) {
    this.#maxBytes = maxBytes
    this.#now = now
  }

  lease(): ByteLease {
    const key = {}
    const lease = { bytes: 0, touchedAt: this.#now() }
    this.#leases.set(key, lease)
    return {
      grow: (bytes) => {
        lease.touchedAt = this.#now()
        if (this.#leasedBytes() + bytes > this.#maxBytes) return false
        lease.bytes += bytes
        return true
      },
      touch: () => {
        lease.touchedAt = this.#now()
      },
      release: () => void this.#leases.delete(key),
    }
  }

  #leasedBytes(): number {
    const oldest = this.#now() - idleMs
    let sum = 0
    for (const [key, { bytes, touchedAt }] of this.#leases) {
      if (touchedAt < oldest) this.#leases.delete(key)
      else sum += bytes
    }
    return sum
  }
}
