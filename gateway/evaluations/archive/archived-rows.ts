import type { Manifest, RowLine } from '../../../schema/api/evaluation-archive.ts'
import { type PlannedJudgment, toPlannedJudgment } from '../../../schema/evaluation-input/plan.ts'
import { type Preview, PreviewCounts } from '../../../schema/evaluation-input/preview.ts'
import { createNotes } from '../../../schema/evaluation-input/read-rows.ts'
import type { EvaluationRow, RowInput } from '../../../schema/evaluation-input/row.ts'
import { customPrompt } from '../../../schema/judge/custom-prompt.ts'
import { templates } from '../../../schema/judge/templates.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import { maxModels } from '../read-upload.ts'
import type { NewRow } from '../row-store.ts'
import { toStoredRow } from '../stored-row.ts'
import { wrongLine } from './archived-lines.ts'

/** Checks archived rows one after the other and counts them: what can be computed from a row is not taken from the archive. */
export class ArchivedRows {
  readonly #counts: PreviewCounts
  readonly #maxRows: number
  readonly #models = new Set<string | null>()
  #number = 0

  constructor(repeats: number, maxRows: number) {
    this.#counts = new PreviewCounts(repeats)
    this.#maxRows = maxRows
  }

  /** The row as it is stored. */
  async read(line: RowLine): Promise<NewRow> {
    const number = ++this.#number
    const wrong = (error: Parameters<typeof wrongLine>[2]) => wrongLine('rows.jsonl', number, error)
    if (line.row !== number) throw wrong(fieldError('row', 'archive_not_in_order'))
    if (number > this.#maxRows) throw wrong(fieldError('', 'too_many_rows', { maximum: this.#maxRows }))
    if (this.#models.add(line.model).size > maxModels) {
      throw wrong(fieldError('model', 'too_many_models', { maximum: maxModels }))
    }
    const planned = toPlanned(line)
    if (planned === null) throw wrong(fieldError('planned', 'archive_plan_unfit'))
    const { id, id_is_given: idIsGiven, model, category, label, sample } = line
    const row: EvaluationRow = { id, idIsGiven, model, category, label, input: line.input as RowInput }
    const stored = { ...(await toStoredRow(row, planned, number)), sample }
    this.#counts.add(row, planned, stored.published ?? null)
    return stored
  }

  preview({ format, ignored_fields, skipped_rows, files }: Manifest['reading']): Preview {
    const notes = { ...createNotes(), format, skippedRows: skipped_rows, files }
    for (const name of ignored_fields) notes.ignoredFields.add(name)
    return this.#counts.result(notes)
  }
}

/** The judgments that a row is planned for; null where a template does not fit it, or a turn comes twice. */
function toPlanned({ input, planned }: RowLine): PlannedJudgment[] | null {
  const fits = planned.every(([turn, template]) => {
    const made = template === customPrompt || 'messages' in input ? null : templates[template].turns
    if (made === null) return 'messages' in input && turn === Math.max(1, input.turns.length)
    return made === turn && turn <= input.turns.length
  })
  if (!fits || new Set(planned.map(([turn]) => turn)).size < planned.length) return null
  return planned.map(([, template]) => toPlannedJudgment(template, input as RowInput))
}
