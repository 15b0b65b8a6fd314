import { batchLine } from '../../schema/api/batches.ts'
import type { Failure } from '../../schema/api/errors.ts'
import type { BatchInputError } from '../../schema/db/batches.ts'
import { isLfsPointer, lfsPointerMessage } from '../../schema/text/lfs-pointer.ts'
import { findLoneSurrogate, mayHoldLoneSurrogate } from '../../schema/text/unicode.ts'
import { invalidEncoding } from '../http/body/decode-text.ts'
import { invalidRequest } from '../http/failure-response.ts'
import type { PendingLine } from './batch-store.ts'

/** The most lines of a batch, and the most problems named. */
const maxLines = 50_000
const maxProblems = 50
/** Most bytes of a request as it is kept, where numbers are written out: the platform stores no row above 2 MB. */
const maxRequestBytes = 1_900_000

/** Reads an input file part by part: its requests, and what is wrong by line, with OpenAI's codes. */
export class InputCheck {
  readonly #errors: BatchInputError[] = []
  readonly #seen = new Set<string>()
  #line = 0
  /** Lines that are not empty. */
  #filled = 0
  #requests = 0
  #refused = 0

  /**
   * The requests of the next part, which ends with a line, and those that are refused by themselves; none once the
   * file is wrong.
   */
  add(part: string): { lines: PendingLine[]; refused: RefusedRequest[] } {
    const lines: PendingLine[] = []
    const refused: RefusedRequest[] = []
    for (const whole of part.replace(/\n$/, '').split('\n')) {
      this.#line++
      // a byte order mark and a carriage return count as white space
      const text = whole.trim()
      if (text === '') continue
      this.#filled++
      if (this.#errors.length >= maxProblems || this.#filled > maxLines) continue
      const read = readLine(text, this.#seen)
      if (Array.isArray(read)) this.#errors.push(...read.map((one) => ({ line: this.#line, ...one })))
      else if ('failure' in read) {
        this.#refused++
        refused.push({ position: this.#requests++, ...read })
      } else lines.push({ position: this.#requests++, ...read })
    }
    return this.#errors.length === 0 ? { lines, refused } : { lines: [], refused: [] }
  }

  /** What is wrong with the file as a whole; empty when it is right. */
  end(): BatchInputError[] {
    const errors = [...this.#errors]
    if (this.#filled === 0) {
      errors.push({ code: 'empty_file', line: 1, message: 'The file has no lines.', param: null })
    }
    if (this.#filled > maxLines) {
      const message = `A batch has at most ${maxLines} lines; the file has ${this.#filled}.`
      errors.push({ code: 'too_many_tasks', line: maxLines + 1, message, param: null })
    }
    return errors
  }

  get requests(): number {
    return this.#requests
  }

  get refused(): number {
    return this.#refused
  }
}

type LineProblem = Omit<BatchInputError, 'line'>

/** A request that is refused by itself: its line says whose it is, and the others can run. */
export interface RefusedRequest {
  position: number
  customId: string
  failure: Failure
}

type ReadLine = Omit<PendingLine, 'position'> | Omit<RefusedRequest, 'position'> | LineProblem[]

function readLine(text: string, seen: Set<string>): ReadLine {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const message = isLfsPointer(text) ? `The file ${lfsPointerMessage}.` : 'This line is not JSON.'
    return [{ code: 'invalid_json_line', message, param: null }]
  }
  const parsed = batchLine.safeParse(value)
  if (!parsed.success) {
    return parsed.error.issues.map(({ path, message }) => {
      const param = path.length === 0 ? null : path.join('.')
      const code = (param !== null && fieldCodes[param]) || 'invalid_request'
      return { code, message: `${param ?? 'line'}: ${message}`, param }
    })
  }
  const { custom_id: customId, body } = parsed.data
  if (!customId.isWellFormed()) {
    const message = 'custom_id: must be UTF-8 text without lone surrogates.'
    return [{ code: 'invalid_encoding', message, param: 'custom_id' }]
  }
  if (seen.has(customId)) {
    const message = `custom_id: ${customId} was used before.`
    return [{ code: 'duplicate_custom_id', message, param: 'custom_id' }]
  }
  seen.add(customId)
  const request = writeBody(body, text)
  if (typeof request !== 'string') return { customId, failure: request }
  // no character takes more than three bytes
  const mayBeTooLarge = request.length * 3 > maxRequestBytes
  if (mayBeTooLarge && new TextEncoder().encode(request).byteLength > maxRequestBytes) {
    const message = `body: has more than ${maxRequestBytes} bytes, written out.`
    return [{ code: 'invalid_request', message, param: 'body' }]
  }
  return { customId, request }
}

/** The body as JSON, or why the request is refused. */
function writeBody(body: unknown, line: string): string | Failure {
  const badText = mayHoldLoneSurrogate(line) ? findLoneSurrogate(body) : null
  if (badText !== null) return invalidEncoding(badText).failure
  try {
    return JSON.stringify(body)
  } catch {
    // JSON is read to any depth, but written recursively
    return invalidRequest([{ field: 'body', message: 'is nested too deeply' }])
  }
}

const fieldCodes: Partial<Record<string, string>> = {
  custom_id: 'missing_required_parameter',
  method: 'invalid_method',
  url: 'invalid_url',
}
