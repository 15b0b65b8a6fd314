import type { Failure } from '../../schema/api/errors.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import { LruMap } from '../platform/lru-map.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { isApiKey } from './api-key.ts'
import type { Authenticator, Identity } from './identity.ts'
import type { KeyRecord, KeyRecords } from './key-records.ts'
import { RecordCache } from './record-cache.ts'
import { bearerToken } from './token.ts'
import { UnknownKeyLimiter } from './unknown-key-limiter.ts'

const touchEveryMs = 60_000
const maxTouched = 10_000
const maxHashes = 1_000

interface Parts {
  records: KeyRecords
  now: () => number
  /** Keeps work running after the response (`waitUntil`). */
  defer: (work: Promise<unknown>) => void
}

/**
 * Checks API keys: first the checksum, which needs nothing; then this isolate's memory; then the storage.
 * While the storage is slow or down, keys that worked minutes ago keep working. Lookups of unknown keys are
 * bounded per client address; keys cached in this isolate keep working from a bounded address.
 */
export class KeyAuthenticator implements Authenticator {
  readonly #parts: Parts
  readonly #cache: RecordCache<KeyRecord | undefined>
  readonly #unknownKeys: UnknownKeyLimiter
  /**
   * Hashes of keys that were valid: hashing costs more than the rest of a repeated judgment. A lookup finds a whole key
   * or nothing, so that its time says nothing of a key's characters.
   */
  readonly #hashes = new LruMap<string, string>({ max: maxHashes })
  readonly #touchedAt = new Map<string, number>()

  constructor(parts: Parts) {
    this.#parts = parts
    this.#cache = new RecordCache({
      read: (hash) => parts.records.find(hash),
      now: parts.now,
      work: 'key lookup',
    })
    this.#unknownKeys = new UnknownKeyLimiter(parts.now)
  }

  async authenticate(
    authorization: string | undefined,
    address: () => string,
  ): Promise<{ identity: Identity } | { failure: Failure }> {
    const key = bearerToken(authorization)
    if (key === undefined) return refuse('missing_api_key', 'api_key_missing')
    const known = this.#hashes.get(key)
    if (known === undefined && !isApiKey(key)) return refuse('malformed_api_key', 'api_key_malformed')
    const hash = known ?? (await sha256Hex(key))
    const isUnknown = this.#cache.peek(hash) === undefined && !this.#cache.isFresh(hash)
    const outcome = await (isUnknown ? this.#checkUnknown(hash, address()) : this.#check(hash))
    if (known === undefined && 'identity' in outcome) this.#hashes.set(key, hash)
    return outcome
  }

  async #checkUnknown(hash: string, client: string): Promise<{ identity: Identity } | { failure: Failure }> {
    const waitSeconds = this.#unknownKeys.waitSeconds(client)
    if (waitSeconds > 0) return refuse('rate_limited', 'too_many_unknown_keys', waitSeconds)
    const outcome = await this.#check(hash)
    if (this.#cache.isFresh(hash) && this.#cache.peek(hash) === undefined) this.#unknownKeys.count(client)
    return outcome
  }

  recall(authorization: string | null): Identity | null {
    const key = bearerToken(authorization ?? undefined)
    const hash = key === undefined ? undefined : this.#hashes.get(key)
    if (hash === undefined || !this.#cache.isFresh(hash)) return null
    const outcome = this.#decide(this.#cache.peek(hash))
    return 'identity' in outcome ? outcome.identity : null
  }

  /** Forgets every key, so that a change made through this isolate applies at once. */
  forget(): void {
    this.#cache.clear()
    this.#hashes.clear()
  }

  async #check(hash: string): Promise<{ identity: Identity } | { failure: Failure }> {
    try {
      return this.#decide(await this.#cache.get(hash))
    } catch (error) {
      logUnexpected(error, { work: 'key lookup' })
      return refuse('storage_unavailable', 'api_key_unchecked', 2)
    }
  }

  #decide(record: KeyRecord | undefined): { identity: Identity } | { failure: Failure } {
    const now = this.#parts.now()
    const isOver = record === undefined || record.revoked || record.tenantStatus === 'deleting'
    if (isOver || (record.expiresAt !== null && record.expiresAt <= now)) {
      return refuse('invalid_api_key', 'api_key_invalid')
    }
    if (record.tenantStatus !== 'active') {
      return refuse('tenant_suspended', 'tenant_suspended')
    }
    if (Math.abs(now - (this.#touchedAt.get(record.keyId) ?? 0)) >= touchEveryMs) this.#touch(record, now)
    const { keyId, tenantId, tenantCreatedAt, scopes, limits, keyLimits } = record
    return { identity: { keyId, tenantId, tenantCreatedAt, scopes, limits, keyLimits } }
  }

  /** Records the use after the response; a failure is only logged. */
  #touch(record: KeyRecord, now: number): void {
    if (this.#touchedAt.size >= maxTouched) this.#touchedAt.clear()
    this.#touchedAt.set(record.keyId, now)
    const write = this.#parts.records.touch(record, now)
    this.#parts.defer(write.catch((error) => logUnexpected(error, { work: 'last use of a key' })))
  }
}

const refuse = (code: Failure['code'], reason: Failure['reason'], retryAfter?: number) => ({
  failure: {
    code,
    reason,
    source: 'gateway',
    ...(retryAfter !== undefined && { retryAfter }),
  } satisfies Failure,
})
