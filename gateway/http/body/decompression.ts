import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FailureError, reason } from '../../../schema/api/errors.ts'

/**
 * A gzip stream decompressed at the pace of its reader, up to `maxBytes`: a bomb costs no more memory than a few
 * chunks.
 */
export async function* decompressed(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0
  const gunzip = createGunzip()
  const source = Readable.from(chunks, { objectMode: true })
  // an error of the source is the client's own failure; it reaches the reader through the decompressor
  source.on('error', (error) => gunzip.destroy(error))
  source.pipe(gunzip)
  try {
    for await (const chunk of gunzip) {
      bytes += chunk.byteLength
      if (bytes > maxBytes) {
        const why = reason('unzipped_too_large', { maximum: maxBytes })
        throw new FailureError({ code: 'body_too_large', ...why, source: 'gateway' })
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
