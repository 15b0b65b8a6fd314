import type { z } from 'zod'
import { findLoneSurrogate, mayHoldLoneSurrogate } from '../text/unicode.ts'
import { answerLine, FastChatJoin, questionLine } from './fastchat.ts'
import { kevalEdgeForm } from './keval-edge.ts'
import { kevalTestsetForm } from './keval-testset.ts'
import { koBenchForm } from './ko-bench.ts'
import { type Line, linesOf, UnreadableLine } from './lines.ts'
import type { EvaluationRow, InputFormat, InputProblem } from './row.ts'

/** One file of the input. */
export interface InputFile {
  /** Null where there is one file only. */
  name: string | null
  /** Whether answers in it are FastChat's reference answers. */
  isReference: boolean
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export type RowOrProblem =
  | { row: EvaluationRow; file: string | null; line: number }
  | { problem: InputProblem }

/** What becomes known of the input while its rows are read. */
export interface InputNotes {
  /** Null until the first line has been recognised. */
  format: InputFormat | null
  /** Fields that were given and are not read. */
  ignoredFields: Set<string>
}

const maxIgnoredFields = 50
const forms = { 'keval-edge': kevalEdgeForm, 'ko-bench': koBenchForm, 'keval-testset': kevalTestsetForm }

/**
 * Reads the rows of one or more files. The form is recognised by what the first line of each file contains;
 * what is wrong comes as a problem with its place, in order with the rows.
 */
export async function* readRows(
  files: Iterable<InputFile> | AsyncIterable<InputFile>,
  notes: InputNotes,
): AsyncGenerator<RowOrProblem> {
  const join = new FastChatJoin()
  const seen = new Map<string, string>()
  for await (const file of files) {
    const { name } = file
    const problem = (line: number, field: string, message: string): RowOrProblem => ({
      problem: { file: name, line, field, message },
    })
    let format: InputFormat | null = null
    try {
      for await (const line of linesOf(file.bytes)) {
        const value = objectOf(line)
        if (value === null) {
          yield problem(line.number, 'line', 'is not a JSON object')
          continue
        }
        const badText = mayHoldLoneSurrogate(line.text) ? findLoneSurrogate(value) : null
        if (badText !== null) {
          yield problem(line.number, badText.slice(0, 200), 'must be UTF-8 text without lone surrogates')
          continue
        }
        format ??= recognise(value)
        if (format === null || (notes.format !== null && notes.format !== format)) {
          yield problem(line.number, 'line', unrecognised(notes.format))
          return
        }
        notes.format = format
        const read =
          format === 'fastchat' ? readFastChat(join, value, file.isReference) : readRow(format, value, notes)
        if (read === null) continue
        if ('problems' in read) {
          for (const { field, message } of read.problems) yield problem(line.number, field, message)
          continue
        }
        const row: EvaluationRow = { ...read.row, id: read.row.id ?? String(line.number) }
        const key = JSON.stringify([row.model, row.id])
        const place = `${name === null ? '' : `${name} `}line ${line.number}`
        const earlier = seen.get(key)
        if (earlier === undefined) {
          seen.set(key, place)
          yield { row, file: name, line: line.number }
        } else {
          const field = format === 'ko-bench' || format === 'fastchat' ? 'question_id' : 'id'
          yield problem(line.number, field, `${row.id} was used before, in ${earlier}`)
        }
      }
    } catch (error) {
      if (!(error instanceof UnreadableLine)) throw error
      yield problem(error.line, 'line', error.message)
      return
    }
  }
}

type Read =
  | { row: Omit<EvaluationRow, 'id'> & { id: string | null } }
  | { problems: Pick<InputProblem, 'field' | 'message'>[] }

function readRow(format: keyof typeof forms, value: Record<string, unknown>, notes: InputNotes): Read {
  const form = forms[format]
  for (const field of Object.keys(value)) {
    if (!form.fields.includes(field) && notes.ignoredFields.size < maxIgnoredFields) {
      notes.ignoredFields.add(field.slice(0, 100))
    }
  }
  const parsed = form.schema.safeParse(value)
  return parsed.success ? { row: parsed.data } : { problems: problemsOf(parsed.error) }
}

/** A question or reference is remembered (null); an answer becomes a row. */
function readFastChat(join: FastChatJoin, value: Record<string, unknown>, isReference: boolean): Read | null {
  if ('choices' in value) {
    const parsed = answerLine.safeParse(value)
    if (!parsed.success) return { problems: problemsOf(parsed.error) }
    if (isReference) return full(join.addReference(parsed.data))
    const joined = join.join(parsed.data)
    return 'field' in joined ? { problems: [joined] } : { row: joined }
  }
  const parsed = questionLine.safeParse(value)
  return parsed.success ? full(join.addQuestion(parsed.data)) : { problems: problemsOf(parsed.error) }
}

const full = (message: string | null): Read | null =>
  message === null ? null : { problems: [{ field: 'line', message }] }

function objectOf(line: Line): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line.text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** The form that a line's fields show. */
function recognise(value: Record<string, unknown>): InputFormat | null {
  if (Array.isArray(value.pairs)) {
    const [pair] = value.pairs as unknown[]
    const isTestset = typeof pair === 'object' && pair !== null && 'input' in pair
    return isTestset ? 'keval-testset' : 'ko-bench'
  }
  if ('choices' in value) return 'fastchat'
  if (Array.isArray(value.turns) && typeof value.turns[0] === 'string') return 'fastchat'
  if ('question' in value || 'answer' in value || 'turns' in value) return 'keval-edge'
  return null
}

function unrecognised(before: InputFormat | null): string {
  if (before !== null) return `is of another form than what came before (${before})`
  return 'is none of the known forms: question and answer, pairs (Ko-Bench or a test set), or FastChat turns and choices'
}

function problemsOf(error: z.ZodError): Pick<InputProblem, 'field' | 'message'>[] {
  return error.issues.map(({ path, message }) => ({ field: path.map(String).join('.') || 'line', message }))
}
