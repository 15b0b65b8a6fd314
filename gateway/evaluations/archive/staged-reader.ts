import type { TenantArchives } from './tenant-archives.ts'
import { Reader } from './zip-settings.ts'

const windowBytes = 1_000_000
/** An export's directory has about 1 kB; the end of an archive, with the longest comment, 64 kB. */
const maxReadBytes = 128 * 1024

/** Reads an archive that is staged in the tenant's object, from any place. */
export class StagedReader extends Reader<null> {
  readonly #archives: TenantArchives
  readonly #id: string
  /** The bytes read last: the next ones are mostly among them, and each call of the object costs. */
  #window: { at: number; bytes: Uint8Array } = { at: 0, bytes: new Uint8Array() }

  constructor(archives: TenantArchives, id: string, size: number) {
    super(null)
    this.#archives = archives
    this.#id = id
    this.size = size
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    // the size of the directory is what the archive says of itself, and it is read at once
    if (length > maxReadBytes) throw new Error('An archive with a directory of this size is no export.')
    const { at, bytes } = this.#window
    if (index < at || index + length > at + bytes.length) {
      const read = await this.#archives.readStaged(this.#id, index, windowBytes)
      this.#window = { at: index, bytes: read }
    }
    const from = index - this.#window.at
    return this.#window.bytes.slice(from, from + length)
  }
}
