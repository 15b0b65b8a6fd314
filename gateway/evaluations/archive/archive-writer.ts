import type { ArchiveFile, Manifest } from '../../../schema/api/evaluation-archive.ts'
import { manifestFile } from '../../../schema/api/evaluation-archive.ts'
import { hex } from '../../../schema/judge/sha256.ts'
import { ZipWriter } from './zip-settings.ts'

type Pieces = Iterable<string> | AsyncIterable<string>

/** Writes an archive as it is read: each file is compressed and its bytes forgotten. */
export class ArchiveWriter {
  readonly #zip: ZipWriter<unknown>
  readonly #files: Manifest['files'] = []
  readonly #encoder = new TextEncoder()

  constructor(writable: WritableStream<Uint8Array>) {
    this.#zip = new ZipWriter(writable)
  }

  /** Adds a file and notes its size and digest for the manifest. */
  async add(name: ArchiveFile, pieces: Pieces): Promise<void> {
    const digest = new crypto.DigestStream('SHA-256')
    const writer = digest.getWriter()
    let bytes = 0
    const encoder = this.#encoder
    const measured = (async function* () {
      for await (const piece of pieces) {
        const chunk = encoder.encode(piece)
        bytes += chunk.byteLength
        await writer.write(chunk)
        yield chunk
      }
    })()
    await this.#zip.add(name, toStream(measured))
    await writer.close()
    this.#files.push({ name, bytes, sha256: hex(await digest.digest) })
  }

  /** Adds the manifest and ends the archive: one without a manifest broke off. */
  async end(manifest: Omit<Manifest, 'files'>): Promise<void> {
    const text = `${JSON.stringify({ ...manifest, files: this.#files }, null, 2)}\n`
    await this.#zip.add(manifestFile, toStream([this.#encoder.encode(text)]))
    await this.#zip.close()
  }
}

/** The chunks as a stream that asks for each when it is read. */
function toStream(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await iterator.return?.()
    },
  })
}
