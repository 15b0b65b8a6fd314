import type { TenantArchives } from './tenant-archives.ts'
import { Reader } from './zip-settings.ts'

/** Reads an archive that is staged in the tenant's object, from any place. */
export class StagedReader extends Reader<null> {
  readonly #archives: TenantArchives
  readonly #id: string

  constructor(archives: TenantArchives, id: string, size: number) {
    super(null)
    this.#archives = archives
    this.#id = id
    this.size = size
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return this.#archives.readStaged(this.#id, index, length)
  }
}
