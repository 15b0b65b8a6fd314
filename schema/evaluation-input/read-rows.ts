import type { z } from 'zod'
import { type FieldError, fieldError, fieldErrors } from '../messages/field-errors.ts'
import type { ByteSource } from './bytes.ts'
import type { Charset } from './charset.ts'
import { type EmptyAnswerAction, findEmptyAnswer } from './empty-answers.ts'
import { answerLine, FastChatJoin, questionLine } from './forms/fastchat.ts'
import type { InputForm, ParsedRow } from './forms/form.ts'
import { getFormat, recognizeForm } from './forms/forms.ts'
import { kevalEdgeForm } from './forms/keval-edge.ts'
import { IgnoredFields } from './ignored-fields.ts'
import { UnreadableLine } from './lines.ts'
import { toModelName } from './model-name.ts'
import { openRecords } from './records.ts'
import type { EvaluationRow, InputFormat, InputProblem, InputRole, ReadFile } from './row.ts'
import { getColumn, readNamedFields, renameFields, type TableColumns } from './table-columns.ts'

/** One file of the input. */
export interface InputFile {
  /** Null where there is one file only. */
  name: string | null
  /** True if answers in it are FastChat's reference answers. */
  isReference: boolean
  bytes: ByteSource
}

export type RowOrProblem =
  | { row: EvaluationRow; file: string | null; line: number }
  | { problem: InputProblem }

/** Facts about the input, collected while its rows are read. */
export interface InputNotes {
  /** Null until the first record has been recognized. */
  format: InputFormat | null
  /** Fields that were given and are not read. */
  ignoredFields: IgnoredFields
  files: ReadFile[]
  /** Rows that were left out because an answer is empty. */
  skippedRows: number
}

export interface ReadOptions {
  charset?: Charset
  empty?: EmptyAnswerAction
}

export const createNotes = (): InputNotes => ({
  format: null,
  ignoredFields: new IgnoredFields(),
  files: [],
  skippedRows: 0,
})

/** A row, nothing (a question or reference that is kept for joining), or what is wrong. */
type Read = { row: ParsedRow } | { problems: FieldError[] } | null

/**
 * Reads the rows of one or more files. The form is recognized by the fields of the first record of each file;
 * problems come with their place, in order with the rows.
 */
export async function* readRows(
  files: Iterable<InputFile> | AsyncIterable<InputFile>,
  notes: InputNotes,
  { charset = 'utf-8', empty = 'refuse' }: ReadOptions = {},
): AsyncGenerator<RowOrProblem> {
  const join = new FastChatJoin()
  const seen = new Map<string, { file: string | null; line: number }>()
  for await (const file of files) {
    const { name } = file
    const toProblem = (line: number, error: FieldError): RowOrProblem => ({
      problem: { file: name, line, ...error },
    })
    try {
      const { container, gzip, columns, records } = await openRecords(file.bytes, charset)
      const note: ReadFile = { name, container, gzip, format: null, role: null, columns: {} }
      notes.files.push(note)
      let form: InputForm | 'fastchat' | null = null
      let named: TableColumns | null = null
      for await (const record of records) {
        const { line } = record
        if ('problem' in record) {
          yield toProblem(line, record.problem)
          continue
        }
        let { value } = record
        if (form === null) {
          form = columns === null ? recognizeForm(value) : kevalEdgeForm
          // JSON under the names of table columns
          const mayBeNamed =
            columns === null && (form === null || (form === kevalEdgeForm && lacksText(value)))
          named = mayBeNamed ? readNamedFields(value) : null
          if (named !== null) form = kevalEdgeForm
          if (form === null || (notes.format !== null && notes.format !== getFormat(form))) {
            yield toProblem(line, explainUnrecognized(notes.format))
            return
          }
          notes.format = getFormat(form)
          Object.assign(note, describe(form, value, file.isReference, columns ?? named))
        }
        let names = columns
        if (named !== null) ({ record: value, columns: names } = renameFields(value))
        const read =
          form === 'fastchat'
            ? readFastChat(join, value, file.isReference, notes)
            : readRow(form, value, notes, names)
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
          const field = form === 'fastchat' ? 'question_id' : getColumn(names ?? noColumns, form.idField)
          yield toProblem(line, idUsed(field, row.id, earlier))
          continue
        }
        if (row.idIsGiven) {
          seen.set(JSON.stringify([model, row.id]), { file: name, line })
        }
        const emptyTurn = empty === 'judge' ? null : findEmptyAnswer(row.input)
        if (emptyTurn === null) yield { row, file: name, line }
        else if (empty === 'skip') notes.skippedRows++
        else {
          const field =
            form === 'fastchat' ? `choices.0.turns.${emptyTurn}` : form.answerField(value, emptyTurn)
          yield toProblem(line, fieldError(getColumn(names ?? noColumns, field), 'answer_empty'))
        }
      }
    } catch (error) {
      if (!(error instanceof UnreadableLine)) throw error
      yield toProblem(error.line, { field: 'line', ...error.problem })
      return
    }
  }
}

/** A row of which question or answer, if it is there at all, has another name. */
const lacksText = (value: Record<string, unknown>) =>
  !('turns' in value) && !('question' in value && 'answer' in value)

const noColumns: TableColumns = { header: [], fields: [] }

/** The format of a file, and its field mapping. */
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
  return { problems: problems.map((error) => ({ ...error, field: getColumn(columns, error.field) })) }
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
    return 'code' in joined ? { problems: [joined] } : { row: joined }
  }
  ignoredFields.note(value, questionLine)
  const parsed = questionLine.safeParse(value)
  return parsed.success ? toRead(join.addQuestion(parsed.data)) : { problems: toRefusals(parsed.error) }
}

const toRead = (refusal: FieldError | null): Read => (refusal === null ? null : { problems: [refusal] })

function idUsed(
  field: string,
  id: string,
  { file, line }: { file: string | null; line: number },
): FieldError {
  return file === null
    ? fieldError(field, 'id_used', { id, line })
    : fieldError(field, 'id_used_in_file', { id, file, line })
}

const explainUnrecognized = (before: InputFormat | null): FieldError =>
  before === null ? fieldError('line', 'unknown_form') : fieldError('line', 'other_form', { format: before })

function toRefusals(error: z.ZodError): FieldError[] {
  return fieldErrors(error.issues).map((one) => (one.field === 'body' ? { ...one, field: 'line' } : one))
}
