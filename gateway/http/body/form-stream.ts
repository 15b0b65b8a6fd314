import { type Message, message } from '../../../schema/messages/message.ts'
import { decodeText } from './decode-text.ts'

/** Events of a form in its order: bytes belong to the file that started last. */
export type FormEvent =
  | { field: string; value: string }
  /** `part` is the name of the form's field, `name` that of the file. */
  | { file: { part: string; name: string } }
  | { bytes: Uint8Array }

/** A form that cannot be read, and why. */
export class UnreadableForm extends Error {
  readonly problem: Message
  constructor(problem: Message) {
    super(problem.code)
    this.name = 'UnreadableForm'
    this.problem = problem
  }
}

const maxParts = 50
const maxHeadBytes = 4000
const maxFieldBytes = 10_000

/**
 * Reads a body of `multipart/form-data` as it arrives; what is held at once is one chunk of the body. Names are UTF-8, as
 * browsers send them. Sources: RFC 7578; RFC 2046, 5.1; WHATWG HTML, multipart/form-data.
 */
export async function* formEvents(
  contentType: string,
  chunks: AsyncIterator<Uint8Array>,
): AsyncGenerator<FormEvent> {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  if (boundary === null) throw new UnreadableForm(message('form_no_boundary'))
  const delimiter = encoder.encode(`\r\n--${boundary[1] ?? boundary[2]}`)
  const body = new DelimitedBytes(chunks)
  await body.upTo(delimiter, maxHeadBytes, message('form_begin'))
  for (let parts = 0; !(await body.begins('--')); parts++) {
    if (parts === maxParts) throw new UnreadableForm(message('form_parts', { maximum: maxParts }))
    const head = await body.upTo(headEnd, maxHeadBytes, message('form_head'))
    const { name, fileName } = parseDisposition(decodeText(head))
    if (fileName === null) {
      const value = await body.upTo(
        delimiter,
        maxFieldBytes,
        message('form_field_bytes', { maximum: maxFieldBytes, name }),
      )
      yield { field: name, value: decodeText(value, name) }
    } else {
      yield { file: { part: name, name: fileName } }
      for await (const bytes of body.before(delimiter)) yield { bytes }
    }
  }
}

const encoder = new TextEncoder()
const headEnd = encoder.encode('\r\n\r\n')

/** Name of the field, and of the file where the part is one. */
function parseDisposition(head: string): { name: string; fileName: string | null } {
  const disposition = /^content-disposition:\s*form-data(;.*)$/im.exec(head)?.[1] ?? ''
  const name = parseParameter(disposition, 'name')
  if (name === null) throw new UnreadableForm(message('form_name'))
  const extended = /;\s*filename\*=utf-8''([^\s;]+)/i.exec(disposition)?.[1]
  return { name, fileName: percentDecoded(extended) ?? parseParameter(disposition, 'filename') }
}

function parseParameter(disposition: string, name: string): string | null {
  const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(disposition)
  if (found === null) return null
  // browsers write quotes and line ends as %22, %0D and %0A, other clients a quote as \"
  return (found[1] ?? found[2]!)
    .replace(/\\"/g, '"')
    .replace(/%(22|0D|0A)/gi, (code) => decodeURIComponent(code))
}

function percentDecoded(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text)
  } catch {
    return null
  }
}

/** Bytes that are read up to a delimiter, wherever chunks end. */
class DelimitedBytes {
  readonly #chunks: AsyncIterator<Uint8Array>
  // the first boundary may stand at the very beginning
  #rest: Uint8Array = encoder.encode('\r\n')

  constructor(chunks: AsyncIterator<Uint8Array>) {
    this.#chunks = chunks
  }

  /** Yields the bytes before the delimiter as they arrive, and skips the delimiter. */
  async *before(delimiter: Uint8Array): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = indexOf(this.#rest, delimiter)
      // the last bytes may be the beginning of a delimiter
      const end = at === -1 ? Math.max(0, this.#rest.length - delimiter.length + 1) : at
      const bytes = this.#rest.subarray(0, end)
      this.#rest = this.#rest.subarray(at === -1 ? end : end + delimiter.length)
      if (bytes.length > 0) yield bytes
      if (at !== -1) return
      await this.#more()
    }
  }

  /** Reads the bytes before the delimiter, up to `maxBytes`. */
  async upTo(delimiter: Uint8Array, maxBytes: number, otherwise: Message): Promise<Uint8Array> {
    const parts: Uint8Array[] = []
    let length = 0
    for await (const bytes of this.before(delimiter)) {
      parts.push(bytes)
      length += bytes.length
      if (length > maxBytes) throw new UnreadableForm(otherwise)
    }
    return concatenate(parts)
  }

  /** Returns whether this text comes next. */
  async begins(text: string): Promise<boolean> {
    while (this.#rest.length < text.length) await this.#more()
    return [...text].every((character, at) => this.#rest[at] === character.charCodeAt(0))
  }

  async #more(): Promise<void> {
    const next = await this.#chunks.next()
    if (next.done) throw new UnreadableForm(message('form_end'))
    this.#rest = this.#rest.length === 0 ? next.value : concatenate([this.#rest, next.value])
  }
}

/** Index of a delimiter, or -1. The runtime searches its first byte, which is rare in lines of JSON. */
function indexOf(bytes: Uint8Array, delimiter: Uint8Array): number {
  const last = bytes.length - delimiter.length
  for (
    let at = bytes.indexOf(delimiter[0]!);
    at !== -1 && at <= last;
    at = bytes.indexOf(delimiter[0]!, at + 1)
  ) {
    if (delimiter.every((byte, index) => bytes[at + index] === byte)) return at
  }
  return -1
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
