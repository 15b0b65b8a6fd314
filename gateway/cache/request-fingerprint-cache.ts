import { LruMap } from '../platform/lru-map.ts'

/** The parsed form of a request body. */
export interface FingerprintedRequest {
  model: string
  /** The weights that the fingerprint names. */
  weightsDigest: string | null
  fingerprint: string
}

/**
 * The fingerprints of request bodies this isolate has parsed, byte for byte: a repeated body needs no parsing,
 * checking, rendering or hashing. Scoped by tenant, so that response times reveal nothing about other tenants.
 */
export class RequestFingerprintCache {
  readonly #known: LruMap<string, FingerprintedRequest>

  constructor(maxCharacters = 4_000_000) {
    this.#known = new LruMap({
      max: maxCharacters,
      maxEntry: maxCharacters / 64,
      weigh: (_, key) => key.length,
    })
  }

  get(scope: string, body: string): FingerprintedRequest | undefined {
    return this.#known.get(toKey(scope, body))
  }

  put(scope: string, body: string, known: FingerprintedRequest): void {
    this.#known.set(toKey(scope, body), known)
  }
}

const toKey = (scope: string, body: string) => `${scope}\n${body}`
