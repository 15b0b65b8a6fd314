import { type Message, message } from '../messages/message.ts'
import { type Charset, createDecoder, undecodable } from './charset.ts'

/** Longest line read, in bytes, where the reader names no other bound. */
export const maxLineBytes = 1_500_000

export interface Line {
  number: number
  text: string
}

/** A line, or a record of several, that is longer than its reader allows or not UTF-8. */
export class UnreadableLine extends Error {
  readonly line: number
  /** True if the line is in another encoding than UTF-8. */
  readonly isEncoding: boolean
  readonly problem: Message
  constructor(line: number, problem: Message, isEncoding = false) {
    super(problem.code)
    this.problem = problem
    this.isEncoding = isEncoding
    this.name = 'UnreadableLine'
    this.line = line
  }
}

/**
 * The lines of a byte stream, as they arrive: line feeds with or without carriage return, a byte order mark
 * skipped, empty lines skipped but numbered. At most one line and one chunk are held at a time.
 */
export async function* readLines(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  charset: Charset = 'utf-8',
  maxBytes = maxLineBytes,
): AsyncGenerator<Line> {
  for await (const { number, text } of readWholeLines(bytes, charset, maxBytes)) {
    const line = text.replace(/^\uFEFF/, '').replace(/\r?\n?$/, '')
    if (line.trim() !== '') yield { number, text: line }
  }
}

/** The same with line ends, marks and empty lines: concatenated, the texts are the stream. */
export async function* readWholeLines(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  charset: Charset = 'utf-8',
  maxBytes = maxLineBytes,
): AsyncGenerator<Line> {
  const decoder = createDecoder(charset)
  let number = 0
  let open: Uint8Array[] = []
  let openBytes = 0

  const close = (last: Uint8Array): Line => {
    number++
    let text: string
    try {
      text = decoder.decode(join(open, last, openBytes))
    } catch {
      throw new UnreadableLine(number, undecodable(charset), true)
    }
    open = []
    openBytes = 0
    return { number, text }
  }

  for await (const chunk of bytes) {
    let start = 0
    for (let end = chunk.indexOf(10, start); end !== -1; end = chunk.indexOf(10, start)) {
      yield close(chunk.subarray(start, end + 1))
      start = end + 1
    }
    open.push(chunk.slice(start))
    openBytes += chunk.length - start
    if (openBytes > maxBytes) {
      throw new UnreadableLine(number + 1, message('line_too_long', { maximum: maxBytes }))
    }
  }
  if (openBytes > 0) yield close(new Uint8Array(0))
}

function join(parts: readonly Uint8Array[], last: Uint8Array, bytes: number): Uint8Array {
  if (bytes === 0) return last
  const whole = new Uint8Array(bytes + last.length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  whole.set(last, at)
  return whole
}
