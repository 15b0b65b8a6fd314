import { estimateTokens } from '../judge/token-estimate.ts'
import type { PublishedSet } from '../metrics/contamination.ts'
import { hidesReference, type PlannedJudgment } from './plan.ts'
import type { InputNotes } from './read-rows.ts'
import type { EvaluationRow, InputFormat } from './row.ts'

/** What was understood of the input. */
export interface Preview {
  format: InputFormat | null
  rows: number
  /** Judgments to be made, repeats included. */
  judgments: number
  turns: Record<string, number>
  labels: number
  references: number
  /** Rows with a reference that no template of theirs shows. */
  references_not_shown: number
  categories: Record<string, number>
  models: Record<string, number>
  templates: Record<string, number>
  /** Rows that equal published test inputs or Ko-Bench questions. */
  published: Record<PublishedSet, number>
  ignored_fields: string[]
  estimated_tokens: { prompt: number; completion: number }
}

/** What keval-2-9b writes on average: some 400 characters. */
const completionTokens = 260
const mostNames = 500
const restOfNames = '(others)'

/** Counts rows as they come by. */
export class PreviewCounts {
  readonly #repeats: number
  readonly #preview: Omit<Preview, 'format' | 'ignored_fields'> = {
    rows: 0,
    judgments: 0,
    turns: {},
    labels: 0,
    references: 0,
    references_not_shown: 0,
    categories: {},
    models: {},
    templates: {},
    published: { 'ko-bench': 0, 'keval-testset': 0 },
    estimated_tokens: { prompt: 0, completion: 0 },
  }

  constructor(repeats: number) {
    this.#repeats = repeats
  }

  add(row: EvaluationRow, planned: readonly PlannedJudgment[], published: PublishedSet | null): void {
    const preview = this.#preview
    preview.rows++
    preview.judgments += planned.length * this.#repeats
    if (row.label !== null) preview.labels++
    if (row.input.turns.some(({ reference }) => reference)) preview.references++
    if (hidesReference(row, planned)) preview.references_not_shown++
    if (published !== null) preview.published[published]++
    count(preview.turns, String(Math.max(1, row.input.turns.length)))
    if (row.category !== null) count(preview.categories, row.category)
    if (row.model !== null) count(preview.models, row.model)
    for (const { template, messages } of planned) {
      count(preview.templates, template)
      for (const { content } of messages) {
        preview.estimated_tokens.prompt += this.#repeats * estimateTokens(content).likely
      }
      preview.estimated_tokens.completion += this.#repeats * completionTokens
    }
  }

  result(notes: InputNotes): Preview {
    return { format: notes.format, ...this.#preview, ignored_fields: [...notes.ignoredFields] }
  }
}

function count(counts: Record<string, number>, name: string): void {
  const key = Object.hasOwn(counts, name) || Object.keys(counts).length < mostNames ? name : restOfNames
  counts[key] = (Object.hasOwn(counts, key) ? counts[key]! : 0) + 1
}
