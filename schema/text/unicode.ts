/** Text that is not Unicode: bytes that are not UTF-8, or a lone surrogate. `field` names where in a JSON value. */
export class InvalidEncodingError extends Error {
  readonly field: string | null

  constructor(field: string | null = null) {
    super(field === null ? 'is not UTF-8' : `${field} has a lone surrogate`)
    this.name = 'InvalidEncodingError'
    this.field = field
  }
}

/**
 * Decodes UTF-8 without ever replacing a byte; a byte order mark at the beginning is dropped.
 *
 * @throws InvalidEncodingError for any other encoding
 */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch {
    throw new InvalidEncodingError()
  }
}

/**
 * Parses JSON whose texts are all Unicode: `JSON.parse` alone accepts escapes such as `"\ud800"`.
 *
 * @throws InvalidEncodingError for a lone surrogate, SyntaxError for what is not JSON
 */
export function parseUnicodeJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  const field = mayHoldLoneSurrogate(text) ? findLoneSurrogate(value) : null
  if (field !== null) throw new InvalidEncodingError(field)
  return value
}

/** Returns whether JSON text may hold a lone surrogate: as an escape, or raw where it was not decoded from UTF-8. */
export const mayHoldLoneSurrogate = (json: string) => surrogateEscape.test(json) || !json.isWellFormed()

/** Path of the first text or key with a lone surrogate; null without one. Nesting costs no stack. */
export function findLoneSurrogate(value: unknown): string | null {
  const open: { path: string; value: unknown }[] = [{ path: '', value }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next.value === 'string') {
      if (!next.value.isWellFormed()) return next.path || 'body'
    } else if (next.value !== null && typeof next.value === 'object') {
      const children: typeof open = []
      for (const [key, child] of Object.entries(next.value)) {
        const path = next.path === '' ? key : `${next.path}.${key}`
        if (!key.isWellFormed()) return path.toWellFormed()
        if (child !== null && (typeof child === 'string' || typeof child === 'object'))
          children.push({ path, value: child })
      }
      for (let child = children.pop(); child !== undefined; child = children.pop()) open.push(child)
    }
  }
  return null
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
const surrogateEscape = /\\u[dD][89a-fA-F]/
