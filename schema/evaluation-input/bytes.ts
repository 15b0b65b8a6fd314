import { message } from '../messages/message.ts'
import { expandsTooFar, maxExpansion } from '../text/expansion.ts'
import { UnreadableLine } from './lines.ts'

export type ByteSource = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

/** Most bytes that a compressed file may unfold to. */
const maxUnzippedBytes = 512_000_000
const peekedBytes = 64_000

/** The beginning of a stream, and the whole of it. */
export async function peekBytes(
  source: ByteSource,
): Promise<{ head: Uint8Array; bytes: AsyncGenerator<Uint8Array> }> {
  const iterator = toIterator(source)
  const chunks: Uint8Array[] = []
  let size = 0
  while (size < peekedBytes) {
    const next = await iterator.next()
    if (next.done) break
    // a source may use its buffer again
    chunks.push(next.value.slice())
    size += next.value.byteLength
  }
  const head = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    head.set(chunk, at)
    at += chunk.byteLength
  }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield head
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
  }
  return { head, bytes: bytes() }
}

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b

/** The bytes of a gzip file, up to a size and a multiple of its own: a small file may unfold to any size. */
export async function* gunzip(source: ByteSource): AsyncGenerator<Uint8Array> {
  const iterator = toIterator(source)
  let failed: unknown = null
  let sent = 0
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const next = await iterator.next()
        if (next.done) controller.close()
        else {
          sent += next.value.byteLength
          controller.enqueue(next.value.slice())
        }
      } catch (error) {
        failed = error
        controller.error(error)
      }
    },
  })
  const reader = compressed.pipeThrough(new DecompressionStream('gzip')).getReader()
  let size = 0
  for (;;) {
    const next = await reader.read().catch(() => {
      if (failed !== null) throw failed
      throw new UnreadableLine(1, message('broken_gzip_file'))
    })
    if (next.done) return
    size += next.value.byteLength
    const isTooLarge = size > maxUnzippedBytes
    if (isTooLarge || expandsTooFar({ sent, expanded: size })) {
      await reader.cancel()
      throw new UnreadableLine(
        1,
        isTooLarge
          ? message('gzip_file_too_large', { maximum: maxUnzippedBytes })
          : message('file_expands_too_far', { maximum: maxExpansion }),
      )
    }
    yield next.value
  }
}

/** A text in UTF-16 as UTF-8, piece by piece. */
export async function* toUtf8(
  source: ByteSource,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const encoder = new TextEncoder()
  const decode = (bytes?: Uint8Array) => {
    try {
      return encoder.encode(decoder.decode(bytes, { stream: bytes !== undefined }))
    } catch {
      throw new UnreadableLine(1, message('file_not_utf16'))
    }
  }
  for await (const bytes of source) yield decode(bytes)
  yield decode()
}

function toIterator(source: ByteSource): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}
