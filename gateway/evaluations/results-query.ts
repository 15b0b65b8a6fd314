import { sql } from 'drizzle-orm'
import { renderFailure } from '../../schema/api/error-body.ts'
import type { StoredFailure } from '../../schema/api/errors.ts'
import type { EvaluationResult } from '../../schema/api/evaluation-results.ts'
import type { JudgedWeights } from '../../schema/db/evaluations.ts'
import type { RowInput } from '../../schema/evaluation-input/row.ts'
import { parseExplanation } from '../../schema/judge/rating.ts'
import type { Language } from '../../schema/messages/language.ts'
import type { ServedWeights } from '../../schema/metrics/weights.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { joinJudgment, judged } from './judged.ts'

/** End of a page of results: row, turn, repeat. */
export type ResultPlace = [row: number, turn: number, repeat: number]

export interface ResultPage {
  results: EvaluationResult[]
  /** Cursor of the next page; null at the end. */
  next: ResultPlace | null
}

const pageSize = 400
/** Characters of the rows of a page with texts: a page crosses the object's boundary as a whole. */
const maxPageCharacters = 4_000_000

/** A page of settled judgments, row by row. A judgment that retention has deleted leaves its rating. */
export function pageResults(
  database: TenantDatabase,
  id: string,
  after: ResultPlace,
  language: Language,
  { texts }: { texts: boolean },
): ResultPage {
  const limit = texts ? countFitting(database, id, after) : pageSize
  const caveat = countWeights(database, id) > 1 ? 'mixed_weights' : null
  const [row, turn, repeat] = after
  const rows = database.all<
    Omit<EvaluationResult, 'explanation' | 'error' | keyof ServedWeights | 'caveat'> & {
      text: string | null
      input: string | null
      weights: string | null
      failure: string | null
    }
  >(sql`
    select j.row, r.id, r.model, r.category, j.turn, j.repeat, j.template, j.label, j.rating, j.state as verdict,
      ${judged} ->> 'text' as text, j.judgment_id, j.weights, j.failure,
      ${texts ? sql`r.input` : sql`null`} as input
    from evaluation_judgments j
    join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row
    ${joinJudgment}
    where j.evaluation_id = ${id} and j.state <> 'pending'
      and (j.row, j.turn, j.repeat) > (${row}, ${turn}, ${repeat})
    order by j.row, j.turn, j.repeat limit ${limit}`)
  const results = rows.map(({ text, failure, judgment_id, weights, input, ...result }): EvaluationResult => {
    const [weights_digest, precision, provider]: JudgedWeights =
      weights === null ? [null, null, null] : JSON.parse(weights)
    const explanation = text === null ? null : parseExplanation(text)
    const error = failure === null ? null : toError(JSON.parse(failure) as StoredFailure, language)
    const settled: EvaluationResult = {
      ...result,
      explanation,
      judgment_id,
      weights_digest,
      precision,
      provider,
      caveat,
      error,
    }
    return input === null ? settled : { ...settled, ...toTexts(JSON.parse(input) as RowInput, result.turn) }
  })
  const last = results.at(-1)
  const next: ResultPlace | null =
    last === undefined || results.length < limit ? null : [last.row, last.turn, last.repeat]
  return { results, next }
}

/** Returns how many results of the next page fit; at least one. */
function countFitting(database: TenantDatabase, id: string, [row, turn, repeat]: ResultPlace): number {
  const sizes = database.all<{ size: number }>(sql`
    select length(r.input) as size from evaluation_judgments j
    join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row
    where j.evaluation_id = ${id} and j.state <> 'pending'
      and (j.row, j.turn, j.repeat) > (${row}, ${turn}, ${repeat})
    order by j.row, j.turn, j.repeat limit ${pageSize}`)
  let characters = 0
  for (const [count, { size }] of sizes.entries()) {
    characters += size
    if (characters > maxPageCharacters) return Math.max(1, count)
  }
  return pageSize
}

function toTexts(input: RowInput, turn: number) {
  const texts = input.turns[turn - 1]
  return {
    question: texts?.question ?? null,
    answer: texts?.answer ?? null,
    reference: texts?.reference ?? null,
  }
}

const toError = (failure: StoredFailure, language: Language) =>
  `${failure.code}: ${renderFailure(failure, language)}`

/** Counts the sets of weights that judged, by digest and precision, on any node. */
function countWeights(database: TenantDatabase, id: string): number {
  const row = database.get<{ count: number }>(sql`
    select count(distinct json_array(key ->> 0, key ->> 1)) as count from evaluation_tallies
    where evaluation_id = ${id} and kind = 'weights' and count > 0`)
  return row?.count ?? 0
}
