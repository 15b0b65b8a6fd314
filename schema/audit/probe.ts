import type { Turn } from '../judge/render.ts'
import type { Random } from '../metrics/random.ts'

/** An answer to audit with: what was asked and answered, in one or two turns. */
export interface AuditRow {
  id: string
  category: string | null
  turns: readonly Turn[]
}

/**
 * The relation that must hold between the rating of a row and the rating of its variant:
 * - `same_row`: the row itself, judged again; the spread of its ratings is the judge's own noise
 * - `must_not_rise`: the variant adds nothing of worth
 * - `must_fall`: the variant is worse by construction
 * - `must_be_zero`: the judge prompt itself demands 0
 * - `must_not_change`: the variant says the same
 */
export const relations = [
  'same_row',
  'must_not_rise',
  'must_fall',
  'must_be_zero',
  'must_not_change',
] as const
export type Relation = (typeof relations)[number]

export interface ProbeContext {
  /** The same row and seed give the same variant. */
  random: Random
  /** Other rows of the sample. */
  others: readonly AuditRow[]
}

/** A change of a row whose effect on the rating is known. Pure and deterministic; it needs no model. */
export interface Probe {
  name: string
  relation: Relation
  /** Why the relation must hold. */
  reason: string
  /** Publication that describes the change or the bias behind it; null for a rule of the judge prompt itself. */
  source: string | null
  /** The changed turns, or null where the probe does not apply to the row. */
  vary(row: AuditRow, context: ProbeContext): Turn[] | null
}

/** The turns with the last answer changed, which is the one that a judge rates; null where nothing changes. */
export function changeAnswer(
  row: AuditRow,
  change: (answer: string, turn: Turn) => string | null,
): Turn[] | null {
  const last = row.turns.at(-1)
  if (last === undefined) return null
  const answer = change(last.answer, last)
  return answer === null || answer === last.answer ? null : [...row.turns.slice(0, -1), { ...last, answer }]
}

export const lastTurn = (row: AuditRow): Turn => row.turns.at(-1)!
