import { message } from '../messages/message.ts'
import { type Charset, createDecoder, undecodable } from './charset.ts'
import { type Line, maxLineBytes, UnreadableLine } from './lines.ts'

const [quote, backslash, comma, newline] = [0x22, 0x5c, 0x2c, 0x0a]
const isOpening = (byte: number) => byte === 0x5b || byte === 0x7b
const isClosing = (byte: number) => byte === 0x5d || byte === 0x7d
const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d

/**
 * The elements of one JSON array, each with the line where it begins, as the bytes arrive. The bytes that give JSON
 * its structure are no parts of other characters in UTF-8 and CP949, so elements are found before they are decoded.
 */
export async function* readArrayElements(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  charset: Charset = 'utf-8',
): AsyncGenerator<Line> {
  const decoder = createDecoder(charset)
  let [line, beganAt, depth] = [1, 1, 0]
  let [inString, isEscaped, isClosed] = [false, false, false]
  let parts: Uint8Array[] = []
  let size = 0
  const take = (part: Uint8Array) => {
    parts.push(part.slice())
    size += part.byteLength
    if (size > maxLineBytes)
      throw new UnreadableLine(beganAt, message('line_too_long', { maximum: maxLineBytes }))
  }
  const finish = (): Line | null => {
    const whole = new Uint8Array(size)
    parts.reduce((at, part) => {
      whole.set(part, at)
      return at + part.byteLength
    }, 0)
    parts = []
    size = 0
    try {
      const text = decoder.decode(whole)
      return text.trim() === '' ? null : { number: beganAt, text }
    } catch {
      throw new UnreadableLine(beganAt, undecodable(charset), true)
    }
  }

  for await (const chunk of bytes) {
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at]!
      if (byte === newline) line++
      if (isClosed) {
        if (!isBlank(byte)) throw new UnreadableLine(line, message('array_text_after'))
      } else if (inString) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) inString = false
      } else if (depth === 0) {
        if (byte !== 0x5b) continue
        depth = 1
        start = at + 1
        beganAt = line
      } else if (depth === 1 && (byte === comma || byte === 0x5d)) {
        take(chunk.subarray(start, at))
        const element = finish()
        if (element !== null) yield element
        start = at + 1
        beganAt = line
        if (byte === 0x5d) isClosed = true
      } else {
        if (depth === 1 && size === 0 && isBlank(byte) && at === start) {
          start = at + 1
          beganAt = line
        }
        if (byte === quote) inString = true
        else if (isOpening(byte)) depth++
        else if (isClosing(byte)) depth--
      }
    }
    if (depth > 0 && !isClosed) take(chunk.subarray(start))
  }
  if (!isClosed) throw new UnreadableLine(line, message('array_open'))
}
