import { FailureError, invalidRequest } from '../../../schema/api/errors.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import {
  decodeUtf8,
  findLoneSurrogate,
  InvalidEncodingError,
  mayHoldLoneSurrogate,
} from '../../../schema/text/unicode.ts'

const maxFieldLength = 200

/** Decodes text that a client sent. Any encoding but UTF-8 is refused, never replaced by question marks. */
export function decodeText(bytes: Uint8Array, field = 'body'): string {
  try {
    return decodeUtf8(bytes)
  } catch (error) {
    throw error instanceof InvalidEncodingError ? invalidEncoding(field) : error
  }
}

/** Refuses JSON text with a lone surrogate in any text or key; what is not JSON at all is left to its reader. */
export function refuseLoneSurrogates(json: string): void {
  if (!mayHoldLoneSurrogate(json)) return
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    return
  }
  const field = findLoneSurrogate(value)
  if (field !== null) throw invalidEncoding(field)
}

/** Refuses percent-encoded text (a query, a form) whose bytes are not UTF-8. */
export function refusePercentEncoded(text: string, field: string): void {
  if (!text.includes('%')) return
  for (const [run] of text.matchAll(/(?:%[0-9a-f]{2})+/gi)) {
    decodeText(
      Uint8Array.from(run.slice(1).split('%'), (code) => Number.parseInt(code, 16)),
      field,
    )
  }
}

/** The one failure for text that is not Unicode, wherever it came in. */
export function invalidEncoding(field: string): FailureError {
  const name = field.slice(0, maxFieldLength)
  return new FailureError({
    ...invalidRequest([fieldError(name, 'not_utf8')]),
    code: 'invalid_encoding',
  })
}
