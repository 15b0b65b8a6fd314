import type { Failure } from '../../schema/api/errors.ts'

/** Of the 10 GB that the platform gives an object; what is left is for judgments under way. */
const mostBytesByDefault = 8_000_000_000

/** Bounds what uploads may pile up in a tenant's storage. */
export class StorageQuota {
  readonly #sql: DurableObjectStorage['sql']
  readonly #mostBytes: number

  /** `mostBytes` as the setting `TENANT_STORAGE_BYTES` has it. */
  constructor(storage: DurableObjectStorage, mostBytes: string | undefined) {
    this.#sql = storage.sql
    this.#mostBytes = Number(mostBytes) > 0 ? Number(mostBytes) : mostBytesByDefault
  }

  /** Null while there is room. */
  refusal(): Failure | null {
    const used = this.#sql.databaseSize
    if (used < this.#mostBytes) return null
    const detail = `The tenant's storage holds ${used} bytes; uploads are taken below ${this.#mostBytes}. Delete evaluations, files or judgments.`
    return { code: 'storage_full', detail, source: 'gateway' }
  }
}
