import type { Failure } from '../../schema/api/errors.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import { withPatience } from '../platform/control-database.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { isApiKey } from './api-key.ts'
import type { Authenticator, Identity } from './identity.ts'
import type { KeyRecord, KeyRecords } from './key-records.ts'
import { bearer } from './token.ts'

/** How long a record is trusted without asking again: what a revocation needs at most to take effect. */
const trustedFor = 4_000
/** How long a known key still works while the storage does not answer. */
const survivesOutage = 10 * 60_000
const mostRemembered = 10_000
const touchEvery = 60_000

interface Remembered {
  /** Undefined for a key that does not exist, so that guessing one again and again costs no reads. */
  record: KeyRecord | undefined
  /** When the storage was asked; an answer is as old as its question. */
  askedAt: number
  /** When to ask again. */
  askAgainAt: number
  touchedAt: number
}

interface Parts {
  records: KeyRecords
  now: () => number
  /** Lets work outlive the answer. */
  defer: (work: Promise<unknown>) => void
}

/**
 * Checks API keys: first the checksum, which needs nothing; then this isolate's memory; then the storage.
 * While the storage is slow or down, keys that worked minutes ago go on working.
 */
export class KeyAuthenticator implements Authenticator {
  readonly #parts: Parts
  readonly #remembered = new Map<string, Remembered>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async authenticate(
    authorization: string | undefined,
  ): Promise<{ identity: Identity } | { failure: Failure }> {
    const key = bearer(authorization)
    if (key === undefined) return refuse('missing_api_key', 'Send an API key: Authorization: Bearer kev_…')
    if (!isApiKey(key))
      return refuse('malformed_api_key', 'The bearer token is not an API key, or was mistyped.')
    const remembered = await this.#recall(await sha256Hex(key))
    if (remembered === undefined) {
      return refuse('storage_unavailable', 'The key could not be checked. Try again shortly.', 2)
    }
    return this.#decide(remembered)
  }

  /** Forgets every key, so that a change made through this isolate shows at once. */
  forget(): void {
    this.#remembered.clear()
  }

  #decide(remembered: Remembered): { identity: Identity } | { failure: Failure } {
    const { record } = remembered
    const now = this.#parts.now()
    const expired = record !== undefined && record.expiresAt !== null && record.expiresAt <= now
    if (record === undefined || record.revoked || expired) {
      return refuse('invalid_api_key', 'The API key is unknown, revoked or expired.')
    }
    if (record.suspended) return refuse('tenant_suspended', 'The operator has suspended this tenant.')
    if (now - remembered.touchedAt >= touchEvery) {
      remembered.touchedAt = now
      this.#parts.defer(this.#touch(record, now))
    }
    const { keyId, tenantId, scopes, limits, keyLimits } = record
    return { identity: { keyId, tenantId, scopes, limits, keyLimits } }
  }

  /** Nobody waits for it or fails with it. */
  async #touch(record: KeyRecord, now: number): Promise<void> {
    try {
      await this.#parts.records.touch(record, now)
    } catch (error) {
      logUnexpected(error, { work: 'last use of a key' })
    }
  }

  async #recall(hash: string): Promise<Remembered | undefined> {
    const known = this.#remembered.get(hash)
    const now = this.#parts.now()
    if (known !== undefined && now < known.askAgainAt) return known
    try {
      const record = await withPatience(this.#parts.records.find(hash))
      const fresh = { record, askedAt: now, askAgainAt: now + trustedFor, touchedAt: known?.touchedAt ?? 0 }
      this.#remember(hash, fresh)
      return fresh
    } catch (error) {
      logUnexpected(error, { work: 'key lookup' })
      if (known?.record === undefined || now - known.askedAt > survivesOutage) return undefined
      known.askAgainAt = now + trustedFor
      return known
    }
  }

  #remember(hash: string, fresh: Remembered): void {
    this.#remembered.delete(hash)
    this.#remembered.set(hash, fresh)
    if (this.#remembered.size <= mostRemembered) return
    const [oldest] = this.#remembered.keys()
    if (oldest !== undefined) this.#remembered.delete(oldest)
  }
}

const refuse = (code: Failure['code'], detail: string, retryAfter?: number) => ({
  failure: {
    code,
    detail,
    source: 'gateway',
    ...(retryAfter !== undefined && { retryAfter }),
  } satisfies Failure,
})
