import { message } from '../messages/message.ts'
import { type Charset, createDecoder, undecodable } from './charset.ts'
import { maxLineBytes, UnreadableLine } from './lines.ts'

export interface TableLine {
  /** The line where it begins. */
  number: number
  cells: string[]
}

/**
 * The lines of a table with separated values, after RFC 4180: a cell in quotes may hold separators and line ends, a
 * quote in it is doubled. Anything else around quotes is refused rather than guessed. Empty lines are skipped.
 */
export async function* readTable(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  separator: string,
  charset: Charset = 'utf-8',
): AsyncGenerator<TableLine> {
  let [line, beganAt] = [1, 1]
  let cells: string[] = []
  let cell = ''
  let size = 0
  let state: 'begin' | 'plain' | 'quoted' | 'closed' = 'begin'
  let isStart = true

  for await (const text of decode(bytes, charset, () => line)) {
    let from = 0
    if (isStart && text.startsWith('\ufeff')) from = 1
    if (text !== '') isStart = false
    for (let at = from; at < text.length; at++) {
      const character = text[at]!
      if (character === '\n') line++
      if (++size > maxLineBytes)
        throw new UnreadableLine(beganAt, message('line_too_long', { maximum: maxLineBytes }))
      if (state === 'quoted') {
        if (character === '"') state = 'closed'
        else cell += character
      } else if (character === '"' && state === 'closed') {
        cell += '"'
        state = 'quoted'
      } else if (character === '"' && state === 'begin') {
        state = 'quoted'
      } else if (character === separator || character === '\n') {
        cells.push(state === 'plain' || state === 'begin' ? cell.replace(/\r$/, '') : cell)
        cell = ''
        state = 'begin'
        if (character === separator) continue
        if (cells.some((one) => one !== '')) yield { number: beganAt, cells }
        cells = []
        size = 0
        beganAt = line
      } else if (state === 'closed') {
        if (character === '\r') continue
        throw new UnreadableLine(line, message('cell_text_after_quote'))
      } else {
        if (character === '"') throw new UnreadableLine(line, message('cell_stray_quote'))
        cell += character
        state = 'plain'
      }
    }
  }
  if (state === 'quoted') throw new UnreadableLine(beganAt, message('cell_open_quote'))
  cells.push(cell.replace(/\r$/, ''))
  if (cells.some((one) => one !== '')) yield { number: beganAt, cells }
}

async function* decode(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  charset: Charset,
  line: () => number,
): AsyncGenerator<string> {
  const decoder = createDecoder(charset)
  const refuse = () => new UnreadableLine(line(), undecodable(charset), true)
  for await (const chunk of bytes) {
    let text: string
    try {
      text = decoder.decode(chunk, { stream: true })
    } catch {
      throw refuse()
    }
    yield text
  }
  try {
    yield decoder.decode()
  } catch {
    throw refuse()
  }
}
