import type { z } from 'zod'
import type { ByteSource } from './bytes.ts'
import type { Charset } from './charset.ts'
import { answerLine, FastChatJoin, questionLine } from './forms/fastchat.ts'
import type { InputForm, ParsedRow } from './forms/form.ts'
import { getFormat, recognizeForm } from './forms/forms.ts'
import { kevalEdgeForm } from './forms/keval-edge.ts'
import { IgnoredFields } from './ignored-fields.ts'
import { UnreadableLine } from './lines.ts'
import { toModelName } from './model-name.ts'
import { openRecords } from './records.ts'
import type { EvaluationRow, InputFormat, InputProblem, InputRole, ReadFile } from './row.ts'
import { getColumn, type TableColumns } from './table-columns.ts'

/** One file of the input. */
export interface InputFile {
  /** Null where there is one file only. */
  name: string | null
  /** Whether answers in it are FastChat's reference answers. */
  isReference: boolean
  bytes: ByteSource
}

export type RowOrProblem =
  | { row: EvaluationRow; file: string | null; line: number }
  | { problem: InputProblem }

/** What becomes known of the input while its rows are read. */
export interface InputNotes {
  /** Null until the first record has been recognized. */
  format: InputFormat | null
  /** Fields that were given and are not read. */
  ignoredFields: IgnoredFields
  files: ReadFile[]
}

export const createNotes = (): InputNotes => ({ format: null, ignoredFields: new IgnoredFields(), files: [] })

type Refusal = Pick<InputProblem, 'field' | 'message'>
/** A row, nothing (a question or reference that is kept for joining), or what is wrong. */
type Read = { row: ParsedRow } | { problems: Refusal[] } | null

/**
 * Reads the rows of one or more files. The form is recognized by the fields of the first record of each file;
 * problems come with their place, in order with the rows.
 */
export async function* readRows(
  files: Iterable<InputFile> | AsyncIterable<InputFile>,
  notes: InputNotes,
  charset: Charset = 'utf-8',
): AsyncGenerator<RowOrProblem> {
  const join = new FastChatJoin()
  const seen = new Map<string, string>()
  for await (const file of files) {
    const { name } = file
    const toProblem = (line: number, { field, message }: Refusal): RowOrProblem => ({
      problem: { file: name, line, field, message },
    })
    try {
      const { container, gzip, columns, records } = await openRecords(file.bytes, charset)
      const note: ReadFile = { name, container, gzip, format: null, role: null, columns: {} }
      notes.files.push(note)
      let form: InputForm | 'fastchat' | null = null
      for await (const record of records) {
        const { line } = record
        if ('message' in record) {
          yield toProblem(line, record)
          continue
        }
        const { value } = record
        if (form === null) {
          form = columns === null ? recognizeForm(value) : kevalEdgeForm
          if (form === null || (notes.format !== null && notes.format !== getFormat(form))) {
            yield toProblem(line, { field: 'line', message: explainUnrecognized(notes.format) })
            return
          }
          notes.format = getFormat(form)
          Object.assign(note, describe(form, value, file.isReference, columns))
        }
        const read =
          form === 'fastchat'
            ? readFastChat(join, value, file.isReference, notes)
            : readRow(form, value, notes, columns)
        if (read === null) continue
        if ('problems' in read) {
          for (const problem of read.problems) yield toProblem(line, problem)
          continue
        }
        const model = read.row.model ?? (name === null ? null : toModelName(name))
        const row: EvaluationRow = {
          ...read.row,
          model,
          id: read.row.id ?? String(line),
          idIsGiven: read.row.id !== null,
        }
        const earlier = row.idIsGiven ? seen.get(JSON.stringify([model, row.id])) : undefined
        if (earlier !== undefined) {
          const field = form === 'fastchat' ? 'question_id' : getColumn(columns ?? noColumns, form.idField)
          yield toProblem(line, { field, message: `${row.id} was used before, in ${earlier}` })
          continue
        }
        if (row.idIsGiven) {
          seen.set(JSON.stringify([model, row.id]), `${name === null ? '' : `${name} `}line ${line}`)
        }
        yield { row, file: name, line }
      }
    } catch (error) {
      if (!(error instanceof UnreadableLine)) throw error
      yield toProblem(error.line, { field: 'line', message: error.message })
      return
    }
  }
}

const noColumns: TableColumns = { header: [], fields: [] }

/** What a file holds, and what its fields become. */
function describe(
  form: InputForm | 'fastchat',
  value: Record<string, unknown>,
  isReference: boolean,
  table: TableColumns | null,
): Pick<ReadFile, 'format' | 'role' | 'columns'> {
  const format = getFormat(form)
  if (form === 'fastchat') {
    const role: InputRole = 'choices' in value ? (isReference ? 'references' : 'answers') : 'questions'
    return { format, role, columns: {} }
  }
  if (table !== null) {
    const read = table.header.flatMap((name, index) => {
      const field = table.fields[index]
      return field == null ? [] : [[name, field] as const]
    })
    return { format, role: 'rows', columns: Object.fromEntries(read) }
  }
  const given = Object.entries(form.columns).filter(([path]) => value[path.split('.')[0]!] != null)
  return { format, role: 'rows', columns: Object.fromEntries(given) }
}

function readRow(
  form: InputForm,
  value: Record<string, unknown>,
  { ignoredFields }: InputNotes,
  columns: TableColumns | null,
): Read {
  ignoredFields.note(value, form.shape)
  const parsed = form.schema.safeParse(value)
  if (parsed.success) {
    for (const part of form.unread?.(value) ?? []) ignoredFields.add(part)
    return { row: parsed.data }
  }
  const problems = toRefusals(parsed.error)
  if (columns === null) return { problems }
  return { problems: problems.map(({ field, message }) => ({ field: getColumn(columns, field), message })) }
}

function readFastChat(
  join: FastChatJoin,
  value: Record<string, unknown>,
  isReference: boolean,
  { ignoredFields }: InputNotes,
): Read {
  if ('choices' in value) {
    ignoredFields.note(value, answerLine)
    const parsed = answerLine.safeParse(value)
    if (!parsed.success) return { problems: toRefusals(parsed.error) }
    if (parsed.data.choices.length > 1) ignoredFields.add('choices (all but the first)')
    if (isReference) return toRead(join.addReference(parsed.data))
    const joined = join.join(parsed.data)
    return 'field' in joined ? { problems: [joined] } : { row: joined }
  }
  ignoredFields.note(value, questionLine)
  const parsed = questionLine.safeParse(value)
  return parsed.success ? toRead(join.addQuestion(parsed.data)) : { problems: toRefusals(parsed.error) }
}

const toRead = (refusal: Refusal | null): Read => (refusal === null ? null : { problems: [refusal] })

function explainUnrecognized(before: InputFormat | null): string {
  if (before !== null) return `is of another form than the rows before it (${before})`
  return 'is none of the known forms: question and answer, pairs (Ko-Bench or a test set), messages, instruction and output, questions and outputs (LogicKor), samples of lm-eval, or FastChat turns and choices'
}

function toRefusals(error: z.ZodError): Refusal[] {
  return error.issues.map(({ path, message }) => ({ field: path.map(String).join('.') || 'line', message }))
}
