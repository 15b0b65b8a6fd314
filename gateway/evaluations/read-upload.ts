import type { Charset } from '../../schema/evaluation-input/charset.ts'
import type { EmptyAnswerAction } from '../../schema/evaluation-input/empty-answers.ts'
import { type PlanOptions, planRow } from '../../schema/evaluation-input/plan.ts'
import { type Preview, PreviewCounts } from '../../schema/evaluation-input/preview.ts'
import { createNotes, type InputFile, readRows } from '../../schema/evaluation-input/read-rows.ts'
import type { InputProblem } from '../../schema/evaluation-input/row.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import type { NewRow } from './row-store.ts'
import { toStoredRow } from './stored-row.ts'

/** The most rows of an evaluation, whatever the plan allows. */
export const maxRows = 100_000
/** Answering models of an evaluation: their scores are kept in one row of the database. */
export const maxModels = 1_000
const maxProblems = 50
/** Rows handed over at a time: bounded in number and in characters, which may take three bytes each. */
const handedRows = 250
const handedCharacters = 400_000

interface ReadOptions extends PlanOptions {
  charset: Charset
  empty: EmptyAnswerAction
  repeats: number
  maxRows: number
}

/**
 * Reads an upload to its end, handing over its rows in small lots. Returns what was understood, or what is
 * wrong; the first problem ends the handing over, the reading goes on to find more.
 */
export async function readUpload(
  files: Iterable<InputFile> | AsyncIterable<InputFile>,
  options: ReadOptions,
  handOver: (rows: NewRow[]) => Promise<unknown>,
): Promise<Preview | { problems: InputProblem[]; more: boolean }> {
  const notes = createNotes()
  const counts = new PreviewCounts(options.repeats)
  const problems: InputProblem[] = []
  const models = new Set<string | null>()
  let lot: NewRow[] = []
  let characters = 0
  let number = 0
  const flush = async () => {
    if (lot.length > 0) await handOver(lot)
    lot = []
    characters = 0
  }
  for await (const item of readRows(files, notes, options)) {
    if (problems.length === maxProblems) return { problems, more: true }
    if ('problem' in item) {
      problems.push(item.problem)
      continue
    }
    const { row, file, line } = item
    number++
    const planned = planRow(row, options)
    if (!Array.isArray(planned)) {
      problems.push({ file, line, field: 'template', ...planned })
      continue
    }
    if (number > options.maxRows) {
      const error = fieldError('line', 'too_many_rows', { maximum: options.maxRows })
      return { problems: [...problems, { file, line, ...error }], more: false }
    }
    if (models.add(row.model).size > maxModels) {
      const error = fieldError('model', 'too_many_models', { maximum: maxModels })
      return { problems: [...problems, { file, line, ...error }], more: false }
    }
    if (problems.length > 0) continue
    const stored = await toStoredRow(row, planned, number)
    counts.add(row, planned, stored.published ?? null)
    const size = JSON.stringify(stored.input).length
    if (lot.length === handedRows || characters + size > handedCharacters) await flush()
    lot.push(stored)
    characters += size
  }
  if (number === 0 && problems.length === 0) {
    return { problems: [{ file: null, line: 1, ...fieldError('line', 'no_rows') }], more: false }
  }
  if (problems.length > 0) return { problems, more: false }
  await flush()
  return counts.result(notes)
}
