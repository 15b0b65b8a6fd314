import { batchLine } from '../../schema/api/batches.ts'
import { type Failure, invalidRequest } from '../../schema/api/errors.ts'
import type { BatchInputError } from '../../schema/db/batches.ts'
import { fieldError, fieldErrors } from '../../schema/messages/field-errors.ts'
import { message } from '../../schema/messages/message.ts'
import { isLfsPointer } from '../../schema/text/lfs-pointer.ts'
import { findLoneSurrogate, mayHoldLoneSurrogate } from '../../schema/text/unicode.ts'
import { invalidEncoding } from '../http/body/decode-text.ts'
import type { PendingLine } from './pending-lines.ts'

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

  /** Errors of the file as a whole; empty when it is valid. */
  end(): BatchInputError[] {
    const errors = [...this.#errors]
    if (this.#filled === 0) {
      errors.push({ code: 'empty_file', line: 1, param: null, problem: message('batch_empty') })
    }
    if (this.#filled > maxLines) {
      const problem = message('batch_too_many_lines', { maximum: maxLines, lines: this.#filled })
      errors.push({ code: 'too_many_tasks', line: maxLines + 1, param: null, problem })
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

/** An invalid request: its line number identifies it, and the others can run. */
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
    const problem = isLfsPointer(text) ? message('lfs_pointer') : message('batch_line_not_json')
    return [{ code: 'invalid_json_line', param: null, problem }]
  }
  const parsed = batchLine.safeParse(value)
  if (!parsed.success) {
    return fieldErrors(parsed.error.issues).map(({ field, ...problem }) => {
      const param = field === 'body' && !isObject(value) ? null : field
      return { code: (param !== null && fieldCodes[param]) || 'invalid_request', param, problem }
    })
  }
  const { custom_id: customId, body } = parsed.data
  if (!customId.isWellFormed()) {
    return [{ code: 'invalid_encoding', param: 'custom_id', problem: message('not_utf8') }]
  }
  if (seen.has(customId)) {
    const problem = message('batch_id_used', { id: customId })
    return [{ code: 'duplicate_custom_id', param: 'custom_id', problem }]
  }
  seen.add(customId)
  const request = writeBody(body, text)
  if (typeof request !== 'string') return { customId, failure: request }
  // no character takes more than three bytes
  const mayBeTooLarge = request.length * 3 > maxRequestBytes
  if (mayBeTooLarge && new TextEncoder().encode(request).byteLength > maxRequestBytes) {
    const problem = message('batch_line_too_large', { maximum: maxRequestBytes })
    return [{ code: 'invalid_request', param: 'body', problem }]
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
    return invalidRequest([fieldError('body', 'nested_too_deeply')])
  }
}
const isObject = (value: unknown) => typeof value === 'object' && value !== null

const fieldCodes: Partial<Record<string, string>> = {
  custom_id: 'missing_required_parameter',
  method: 'invalid_method',
  url: 'invalid_url',
}
