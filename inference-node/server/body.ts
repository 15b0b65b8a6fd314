import { type Failure, FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import { decodeUtf8, InvalidEncodingError, parseUnicodeJson } from '../../schema/text/unicode.ts'

/** A sender of more than this many times the limit is cut off. */
const maxOverrun = 32

/**
 * Reads a JSON body of at most `maxBytes`. What is sent beyond the limit is read and dropped, so that the sender
 * sees the refusal instead of a broken connection.
 *
 * @throws FailureError when the body is of another type, too large, broken off, not UTF-8 or not JSON
 */
export async function readJson(request: Request, maxBytes: number): Promise<unknown> {
  if (!/^application\/json\b/i.test(request.headers.get('content-type') ?? ''))
    throw refusal('unsupported_media_type', reason('json_expected'))
  const bytes = await readBytes(request, maxBytes)
  try {
    return parseUnicodeJson(decodeUtf8(bytes))
  } catch (error) {
    if (error instanceof InvalidEncodingError) throw invalidEncoding(error.field)
    throw refusal('invalid_json', reason('body_not_json'))
  }
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength
      if (size <= maxBytes) chunks.push(chunk)
      if (size > maxBytes * maxOverrun) break
    }
  } catch {
    throw refusal('incomplete_body', reason('incomplete_body'))
  }
  if (size > maxBytes) throw refusal('body_too_large', reason('body_too_large', { maximum: maxBytes }))
  return Buffer.concat(chunks)
}

function invalidEncoding(path: string | null): FailureError {
  const field = (path ?? 'body').slice(0, 200)
  return new FailureError({
    ...invalidRequest([fieldError(field, 'not_utf8')], 'node'),
    code: 'invalid_encoding',
  })
}

type BodyFailure = 'unsupported_media_type' | 'body_too_large' | 'invalid_json' | 'incomplete_body'

function refusal(code: BodyFailure, why: Pick<Failure, 'reason' | 'params'>): FailureError {
  return new FailureError({ code, ...why, source: 'node' })
}
