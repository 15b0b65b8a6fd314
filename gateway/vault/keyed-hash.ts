import { eq } from 'drizzle-orm'
import { serviceKeys } from '../../schema/db/control.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import type { MasterKeys } from './master-keys.ts'
import { serviceKeyContext } from './wrapping-context.ts'

/** The purpose of a keyed hash. Each has a key of its own, so hashes cannot be compared across them. */
export type HashPurpose = 'email' | 'company' | 'address' | 'audit' | 'audit-head' | 'demo-key'

/**
 * HMAC under random keys that are stored wrapped: without the master secret it is impossible to test
 * whether an address has applied, and changing the master secret leaves every hash as it was.
 */
export class KeyedHash {
  readonly #database: ControlDatabase
  readonly #masterKeys: MasterKeys
  readonly #keys = new Map<HashPurpose, CryptoKey>()

  constructor(database: ControlDatabase, masterKeys: MasterKeys) {
    this.#database = database
    this.#masterKeys = masterKeys
  }

  /** The HMAC of a text under the purpose's key. */
  async digest(purpose: HashPurpose, text: string): Promise<Uint8Array> {
    const key = await this.#key(purpose)
    return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
  }

  /** Returns whether the purpose's key exists, which the first digest creates. */
  async hasKey(purpose: HashPurpose): Promise<boolean> {
    return this.#keys.has(purpose) || (await this.#stored(purpose)) !== undefined
  }

  async #key(purpose: HashPurpose): Promise<CryptoKey> {
    const known = this.#keys.get(purpose)
    if (known !== undefined) return known
    const raw = (await this.#stored(purpose)) ?? (await this.#create(purpose))
    const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign'])
    this.#keys.set(purpose, key)
    return key
  }

  async #stored(purpose: HashPurpose): Promise<Uint8Array | undefined> {
    const row = await this.#database.select().from(serviceKeys).where(eq(serviceKeys.purpose, purpose)).get()
    return row && this.#masterKeys.unwrap(row.masterKeyId, row.wrappedKey, serviceKeyContext(purpose))
  }

  /** Two isolates may both find no key; the first insert wins and both read it back. */
  async #create(purpose: HashPurpose): Promise<Uint8Array> {
    const raw = crypto.getRandomValues(new Uint8Array(32))
    const wrapped = await this.#masterKeys.wrap(raw, serviceKeyContext(purpose))
    await this.#database
      .insert(serviceKeys)
      .values({ purpose, ...wrapped })
      .onConflictDoNothing()
    return (await this.#stored(purpose))!
  }
}
