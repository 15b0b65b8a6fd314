import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import type { AuditRow } from '../../schema/audit/probe.ts'
import type { Charset } from '../../schema/evaluation-input/charset.ts'
import type { EmptyAnswerAction } from '../../schema/evaluation-input/empty-answers.ts'
import { type PlannedJudgment, type PlanOptions, planRow } from '../../schema/evaluation-input/plan.ts'
import { createNotes, type InputFile, readRows } from '../../schema/evaluation-input/read-rows.ts'
import type { EvaluationRow, InputProblem } from '../../schema/evaluation-input/row.ts'
import { customPrompt } from '../../schema/judge/custom-prompt.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import type { ByteLease } from '../platform/byte-budget.ts'

/** A row of the file, and the judgment of it that is audited: its last. */
export interface SourceRow {
  row: EvaluationRow
  planned: PlannedJudgment
}

const maxProblems = 50
/** All rows are held until some are drawn: a character takes two bytes. */
const maxCharacters = 16_000_000

/** Reads the answers of an upload to its end; `lease` accounts for what is held. */
export async function readAnswers(
  files: Iterable<InputFile> | AsyncIterable<InputFile>,
  options: PlanOptions & { charset: Charset; empty: EmptyAnswerAction; maxRows: number },
  lease: ByteLease,
): Promise<{ rows: SourceRow[]; problems: InputProblem[] }> {
  const rows: SourceRow[] = []
  const problems: InputProblem[] = []
  let characters = 0
  for await (const item of readRows(files, createNotes(), options)) {
    if (problems.length === maxProblems) break
    if ('problem' in item) {
      problems.push(item.problem)
      continue
    }
    const { row, file, line } = item
    const planned = planRow(row, options)
    if (!Array.isArray(planned)) {
      problems.push({ file, line, field: 'template', ...planned })
      continue
    }
    const last = planned.at(-1)!
    if (last.template === customPrompt || last.turns.length === 0) {
      problems.push({ file, line, ...fieldError('line', 'audit_custom_prompt') })
      continue
    }
    if (rows.length === options.maxRows) {
      problems.push({ file, line, ...fieldError('line', 'too_many_rows', { maximum: options.maxRows }) })
      break
    }
    const size = JSON.stringify(row).length
    characters += size
    if (characters > maxCharacters) throw tooLarge()
    if (!lease.grow(2 * size)) throw noRoom()
    rows.push({ row, planned: last })
  }
  if (rows.length === 0 && problems.length === 0)
    problems.push({ file: null, line: 1, ...fieldError('line', 'no_rows') })
  return { rows, problems }
}

/** The row as the probes see it: what the judge is shown of it. Its number in the file is its id. */
export const toAuditRow = ({ row, planned }: SourceRow, index: number): AuditRow => ({
  id: String(index + 1),
  category: row.category,
  turns: planned.turns,
})

const tooLarge = () =>
  new FailureError(invalidRequest([fieldError('file', 'audit_file_too_large', { maximum: maxCharacters })]))

const noRoom = () =>
  new FailureError({ code: 'overloaded', ...reason('forms_busy'), source: 'gateway', retryAfter: 5 })
