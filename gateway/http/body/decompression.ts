import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { type Failure, FailureError, reason } from '../../../schema/api/errors.ts'
import { expandsTooFar, maxExpansion } from '../../../schema/text/expansion.ts'

/**
 * A gzip stream decompressed at the pace of its reader, up to `maxBytes` and a multiple of what was sent: a bomb costs
 * no more memory than a few chunks, and no more storage than its sender pays for.
 */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  let sent = 0
  async function* counted() {
    for await (const chunk of chunks) {
      sent += chunk.byteLength
      yield chunk
    }
  }
  const gunzip = createGunzip()
  const source = Readable.from(counted(), { objectMode: true })
  // an error of the source is the client's own failure; it reaches the reader through the decompressor
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    for await (const chunk of gunzip) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) throw tooLarge(reason('unzipped_too_large', { maximum: maxBytes }))
      if (expandsTooFar({ sent, expanded: bytes })) {
        throw tooLarge(reason('expands_too_far', { maximum: maxExpansion }))
      }
      yield chunk
    }
  } catch (error) {
    if (error instanceof FailureError) throw error
    throw new FailureError({ code: 'incomplete_body', ...reason('gzip_malformed'), source: 'gateway' })
  } finally {
    source.destroy()
    gunzip.destroy()
  }
}

const tooLarge = (why: Pick<Failure, 'reason' | 'params'>) =>
  new FailureError({ code: 'body_too_large', ...why, source: 'gateway' })
