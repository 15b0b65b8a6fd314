import { type Failure, reason } from '../../schema/api/errors.ts'
import type { DiskSpace } from '../platform/disk-space.ts'

/** The default share of the 10 GB that the platform gives an object; the rest is for judgments in flight. */
const defaultMaxBytes = 8_000_000_000

/** The failure of an upload whose rows or parts were deleted when the process ended. */
export const uploadDeleted: Failure = {
  code: 'storage_unavailable',
  ...reason('upload_interrupted'),
  source: 'gateway',
  retryAfter: 1,
}

interface StorageQuotaParts {
  storage: DurableObjectStorage
  /** The setting `TENANT_STORAGE_BYTES`. */
  maxBytes: string | undefined
  disk: DiskSpace
}

/** Bounds what uploads may store: by the tenant's own share, and by what is free on the disk that all tenants share. */
export class StorageQuota {
  readonly #sql: DurableObjectStorage['sql']
  readonly #maxBytes: number
  readonly #disk: DiskSpace

  constructor({ storage, maxBytes, disk }: StorageQuotaParts) {
    this.#sql = storage.sql
    this.#maxBytes = Number(maxBytes) > 0 ? Number(maxBytes) : defaultMaxBytes
    this.#disk = disk
  }

  /** Null while there is room. */
  async refusal(): Promise<Failure | null> {
    const used = this.#sql.databaseSize
    if (used < this.#maxBytes) return this.#disk.refusal()
    const why = reason('storage_full', { used, maximum: this.#maxBytes })
    return { code: 'storage_full', ...why, source: 'gateway' }
  }
}
