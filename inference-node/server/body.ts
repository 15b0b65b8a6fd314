import { FailureError } from '../../schema/api/errors.ts'

/** A sender of more than this many times the limit is cut off. */
const patience = 32

/**
 * Reads a JSON body of at most `maxBytes`. What is sent beyond the limit is read and dropped, so that the sender
 * sees the refusal instead of a broken connection.
 *
 * @throws FailureError when the body is of another type, too large, or not JSON in UTF-8
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    throw refusal('unsupported_media_type', 'Send `Content-Type: application/json`.')
  const chunks: Uint8Array[] = []
  let size = 0
  if (request.body)
    for await (const chunk of request.body) {
      size += chunk.byteLength
      if (size <= maxBytes) chunks.push(chunk)
      if (size > maxBytes * patience) break
    }
  if (size > maxBytes) throw refusal('body_too_large', `The body may have ${maxBytes} bytes.`)
  try {
    return JSON.parse(
      new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(Buffer.concat(chunks)),
    )
  } catch {
    throw refusal('invalid_json', 'The body is not JSON in UTF-8.')
  }
}

function refusal(
  code: 'unsupported_media_type' | 'body_too_large' | 'invalid_json',
  detail: string,
): FailureError {
  return new FailureError({ code, detail, source: 'node' })
}
