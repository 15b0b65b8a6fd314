/** What a request's body was found to ask for. */
export interface FingerprintedRequest {
  model: string
  /** The weights that the fingerprint speaks of. */
  weightsDigest: string | null
  fingerprint: string
}

/**
 * Bodies this isolate has understood, letter by letter: one that comes again needs no parsing, checking,
 * rendering or hashing. Kept by tenant, so that nobody can time what another tenant has sent. Bounded, for an
 * isolate has 128 MB for everything; the least recently used go first.
 */
export class RequestFingerprintCache {
  readonly #maxCharacters: number
  readonly #known = new Map<string, FingerprintedRequest>()
  #characters = 0

  constructor(maxCharacters = 4_000_000) {
    this.#maxCharacters = maxCharacters
  }

  get(tenantId: string, body: string): FingerprintedRequest | undefined {
    const key = keyOf(tenantId, body)
    const known = this.#known.get(key)
    if (known === undefined) return undefined
    this.#known.delete(key)
    this.#known.set(key, known)
    return known
  }

  put(tenantId: string, body: string, known: FingerprintedRequest): void {
    const key = keyOf(tenantId, body)
    if (key.length > this.#maxCharacters / 64) return
    if (!this.#known.delete(key)) this.#characters += key.length
    this.#known.set(key, known)
    for (const oldest of this.#known.keys()) {
      if (this.#characters <= this.#maxCharacters) break
      this.#known.delete(oldest)
      this.#characters -= oldest.length
    }
  }
}

const keyOf = (tenantId: string, body: string) => `${tenantId}\n${body}`
