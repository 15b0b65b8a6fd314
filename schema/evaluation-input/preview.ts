import { estimateTokens } from '../judge/token-estimate.ts'
import type { PublishedSet } from '../metrics/contamination.ts'
import { hidesReference, type PlannedJudgment } from './plan.ts'
import type { InputNotes } from './read-rows.ts'
import type { EvaluationRow, InputFormat, ReadFile } from './row.ts'

/** Summary of a parsed input. */
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
  /** Rows that are left out because an answer is empty. */
  skipped_rows: number
  /** Format and encoding of each file. */
  files: ReadFile[]
  estimated_tokens: { prompt: number; completion: number }
}

/** Mean completion of keval-2-9b: some 400 characters. */
const completionTokens = 260
const maxNames = 500
const countedNames = ['turns', 'categories', 'models', 'templates'] as const
type CountedName = (typeof countedNames)[number]
const restOfNames = '(others)'

/** Counts rows while they are read. */
export class PreviewCounts {
  readonly #repeats: number
  readonly #preview: Omit<Preview, 'format' | 'ignored_fields' | 'skipped_rows' | 'files' | CountedName> = {
    rows: 0,
    judgments: 0,
    labels: 0,
    references: 0,
    references_not_shown: 0,
    published: { 'ko-bench': 0, 'keval-testset': 0 },
    estimated_tokens: { prompt: 0, completion: 0 },
  }

  /** Any text may be a name, so the names are not those of an object's properties. */
  readonly #counts: Record<CountedName, Map<string, number>> = {
    turns: new Map(),
    categories: new Map(),
    models: new Map(),
    templates: new Map(),
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
    count(this.#counts.turns, String(Math.max(1, row.input.turns.length)))
    if (row.category !== null) count(this.#counts.categories, row.category)
    if (row.model !== null) count(this.#counts.models, row.model)
    for (const { template, messages } of planned) {
      count(this.#counts.templates, template)
      for (const { content } of messages) {
        preview.estimated_tokens.prompt += this.#repeats * estimateTokens(content).likely
      }
      preview.estimated_tokens.completion += this.#repeats * completionTokens
    }
  }

  result(notes: InputNotes): Preview {
    const counted = Object.fromEntries(
      countedNames.map((name) => [name, Object.fromEntries(this.#counts[name])]),
    ) as Record<CountedName, Record<string, number>>
    return {
      format: notes.format,
      ...this.#preview,
      ...counted,
      ignored_fields: [...notes.ignoredFields.names],
      skipped_rows: notes.skippedRows,
      files: notes.files,
    }
  }
}

function count(counts: Map<string, number>, name: string): void {
  const key = counts.has(name) || counts.size < maxNames ? name : restOfNames
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
