import type { sealedRecords } from '../../schema/db/control.ts'
import { decrypt, encrypt, type MasterKeys } from './master-keys.ts'
import { recordKeyContext } from './wrapping-context.ts'

export type SealedRecord = typeof sealedRecords.$inferSelect
export type RecordKind = SealedRecord['kind']

/** Seals personal data and opens it again. It stores nothing: rows go into the writer's own transaction. */
export interface Vault {
  /** An application has one record of a kind, unless `number` tells several apart. */
  seal(
    applicationId: string,
    kind: RecordKind,
    value: unknown,
    now: number,
    number?: string,
  ): Promise<SealedRecord>
  open(record: SealedRecord): Promise<unknown>
  /** Wraps the record's key with the current master secret. The data itself is not decrypted. */
  rewrap(record: SealedRecord): Promise<Pick<SealedRecord, 'masterKeyId' | 'wrappedKey'>>
}

/** AES-256-GCM under a random key per record, which is wrapped by the master secret and bound to the record. */
export class EnvelopeVault implements Vault {
  readonly #masterKeys: MasterKeys

  constructor(masterKeys: MasterKeys) {
    this.#masterKeys = masterKeys
  }

  async seal(
    applicationId: string,
    kind: RecordKind,
    value: unknown,
    now: number,
    number?: string,
  ): Promise<SealedRecord> {
    const id = [applicationId, kind, ...(number === undefined ? [] : [number])].join('.')
    const raw = crypto.getRandomValues(new Uint8Array(32))
    const key = await importKey(raw)
    const ciphertext = await encrypt(key, new TextEncoder().encode(JSON.stringify(value)), id)
    const wrapped = await this.#masterKeys.wrap(raw, recordKeyContext(id))
    return { id, applicationId, kind, ...wrapped, ciphertext, sealedAt: now }
  }

  async open(record: SealedRecord): Promise<unknown> {
    const raw = await this.#masterKeys.unwrap(
      record.masterKeyId,
      record.wrappedKey,
      recordKeyContext(record.id),
    )
    const plain = await decrypt(await importKey(raw), record.ciphertext, record.id)
    return JSON.parse(new TextDecoder().decode(plain))
  }

  async rewrap(record: SealedRecord): Promise<Pick<SealedRecord, 'masterKeyId' | 'wrappedKey'>> {
    const context = recordKeyContext(record.id)
    const raw = await this.#masterKeys.unwrap(record.masterKeyId, record.wrappedKey, context)
    return this.#masterKeys.wrap(raw, context)
  }
}

const importKey = (raw: Uint8Array) =>
  crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
