import { and, eq, sql } from 'drizzle-orm'
import { renderFailure } from '../../../schema/api/error-body.ts'
import type { StoredFailure } from '../../../schema/api/errors.ts'
import type { EvaluationRow, RowTurn } from '../../../schema/api/evaluation-rows.ts'
import { evaluationLabels, evaluationRows } from '../../../schema/db/evaluations.ts'
import type { RowInput } from '../../../schema/evaluation-input/row.ts'
import type { Warning } from '../../../schema/judge/lint.ts'
import { parseExplanation } from '../../../schema/judge/rating.ts'
import type { Language } from '../../../schema/messages/language.ts'
import { withText } from '../../../schema/messages/message.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'
import { joinJudgment, judged } from '../judged.ts'
import { toDifference } from './summarize-rows.ts'

type Result = RowTurn['results'][number]
type ResultColumns = Omit<Result, 'explanation' | 'warnings' | 'error'> & {
  turn: number
  label: number | null
  text: string | null
  warnings: string | null
  failure: string | null
}

/** One row: its texts, and every judgment of it, also of turns that are not judged yet. */
export function readRow(
  database: TenantDatabase,
  id: string,
  number: number,
  language: Language,
): Omit<EvaluationRow, 'place'> | null {
  const { evaluationId, model, category, input } = evaluationRows
  const row = database
    .select({ id: evaluationRows.id, model, category, input })
    .from(evaluationRows)
    .where(and(eq(evaluationId, id), eq(evaluationRows.number, number)))
    .get()
  if (row === undefined) return null
  const results = database.all<ResultColumns>(sql`
    select j.turn, j.repeat, j.template, j.label, j.rating, j.state as verdict, j.judgment_id, j.failure,
      ${judged} ->> 'text' as text, ${judged} -> 'warnings' as warnings
    from evaluation_judgments j ${joinJudgment}
    where j.evaluation_id = ${id} and j.row = ${number} order by j.turn, j.repeat`)
  const labels = database
    .select()
    .from(evaluationLabels)
    .where(and(eq(evaluationLabels.evaluationId, id), eq(evaluationLabels.row, number)))
    .all()
  const byTurn = Map.groupBy(results, ({ turn }) => turn)
  return {
    object: 'evaluation.row',
    evaluation: id,
    row: number,
    id: row.id,
    model: row.model,
    category: row.category,
    prompt: 'messages' in row.input ? row.input.messages.at(-1)!.content : null,
    turns: turnsOf(row.input, byTurn).map((turn) => {
      const same = byTurn.get(turn) ?? []
      const ratings = same.flatMap(({ rating }) => (rating === null ? [] : [rating]))
      const rating = ratings.length === 0 ? null : ratings.reduce((sum, one) => sum + one, 0) / ratings.length
      const label = same[0]?.label ?? null
      const given = labels.find((one) => one.turn === turn)
      const texts = row.input.turns[turn - 1]
      return {
        turn,
        question: texts?.question ?? null,
        answer: texts?.answer ?? null,
        reference: texts?.reference ?? null,
        rating,
        judgments: same.length,
        verdict: same[0]?.verdict ?? 'pending',
        label,
        difference: toDifference({ rating, label }),
        labelled_by_hand:
          given === undefined
            ? null
            : {
                label: given.label,
                note: given.note,
                key: given.keyId,
                updated_at: new Date(given.updatedAt).toISOString(),
              },
        results: same.map((result) => toResult(result, language)),
      }
    }),
  }
}

/** The turns of the row and those that are judged: a prompt of a test set may show none of its texts. */
const turnsOf = ({ turns }: RowInput, judged: Map<number, unknown>): number[] =>
  [...new Set([...turns.map((_, index) => index + 1), ...judged.keys()])].sort((a, b) => a - b)

function toResult(
  { turn: _, label: __, text, warnings, failure, ...result }: ResultColumns,
  language: Language,
): Result {
  const failed = failure === null ? null : (JSON.parse(failure) as StoredFailure)
  return {
    ...result,
    explanation: text === null ? null : parseExplanation(text),
    warnings:
      warnings === null
        ? []
        : (JSON.parse(warnings) as Warning[]).map((warning) => withText(warning, language)),
    error: failed === null ? null : `${failed.code}: ${renderFailure(failed, language)}`,
  }
}
