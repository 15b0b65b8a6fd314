import { type SQL, sql } from 'drizzle-orm'
import type { Cell } from '../../schema/judge/metrics/cells.ts'
import type { EvaluationCounts } from '../../schema/report/counts.ts'
import type { TenantDatabase } from '../tenant/database.ts'
import type { EvaluationRecord } from './evaluation-store.ts'

const judged = sql`j.state in ('rated', 'no_rating', 'truncated')`
/** The points of the diff score: see `diffPoints` in schema/judge/metrics. */
const points = sql`case when j.rating = j.label then 1.0 when abs(j.rating - j.label) <= 1 then 0.5 else 0.0 end`
const added = sql`
  count(*) as judgments,
  sum(j.state = 'rated') as rated,
  total(j.rating) as ratingSum,
  sum(j.label is not null) as labelled,
  total(case when j.label is not null and j.rating is not null then ${points} end) as diffPoints,
  total(case when j.rating = j.label then 1 end) as exact`
const addedNames = sql`judgments, rated, ratingSum, labelled, diffPoints, exact`
const withRows = sql`evaluation_judgments j
  join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row`

/** Counts an evaluation in SQL: what comes back does not grow with its rows. */
export function countEvaluation(
  database: TenantDatabase,
  { id, failed, options }: Pick<EvaluationRecord, 'id' | 'failed' | 'options'>,
): EvaluationCounts {
  const all = <Row>(query: SQL) => database.all<Row>(query)
  const mine = sql`j.evaluation_id = ${id}`
  const outcomes = all<Outcome>(sql`
    select j.label as label, j.rating as rating, count(*) as count from evaluation_judgments j
    where ${mine} and ${judged} group by j.label, j.rating`)
  const repeated = options.repeats > 1
  return {
    rows: all(sql`
      select model, category, ${addedNames}, count(*) as count from (
        select r.model, r.category, ${added} from ${withRows} where ${mine} and ${judged} group by j.row
      ) group by model, category, ${addedNames}`),
    turns: all(sql`
      select turn, ${addedNames}, count(*) as count from (
        select j.turn, ${added} from evaluation_judgments j where ${mine} and ${judged} group by j.row, j.turn
      ) group by turn, ${addedNames}`),
    ...countsOf(outcomes),
    labelledRows: repeated
      ? all<{ count: number }>(sql`
          select count(distinct j.row) as count from evaluation_judgments j
          where ${mine} and j.state = 'rated' and j.label is not null`)[0]!.count
      : null,
    repeats: repeated
      ? all(sql`
          select rated, ratingSum, ratingSquares, lowest, highest, count(*) as count from (
            select count(*) as rated, total(j.rating) as ratingSum, total(j.rating * j.rating) as ratingSquares,
              min(j.rating) as lowest, max(j.rating) as highest
            from evaluation_judgments j where ${mine} and j.state = 'rated'
            group by j.row, j.turn having count(*) > 1
          ) group by rated, ratingSum, ratingSquares, lowest, highest`)
      : [],
    language: all<{ differ: number; zero: number; count: number }>(sql`
      select r.languages_differ as differ, j.rating = 0 as zero, count(*) as count from ${withRows}
      where ${mine} and j.state = 'rated' and r.languages_differ is not null
      group by r.languages_differ, j.rating = 0`).map(({ differ, zero, count }) => ({
      differ: differ === 1,
      zero: zero === 1,
      count,
    })),
    failures:
      failed === 0
        ? []
        : failuresOf(
            all(sql`
              select j.failure_code as code, r.id as row, count(*) over (partition by j.failure_code) as count
              from ${withRows} where ${mine} and j.state = 'failed' order by j.failure_code, j.row limit 2000`),
          ),
  }
}

interface Outcome {
  label: number | null
  /** Null for what was judged and has no rating. */
  rating: number | null
  count: number
}

function countsOf(
  outcomes: readonly Outcome[],
): Pick<EvaluationCounts, 'labelled' | 'labelledWrong' | 'distribution'> {
  const counts = new Map<number, number>()
  const labelled: Cell[] = []
  let labelledWrong = 0
  for (const { label, rating, count } of outcomes) {
    if (rating !== null) counts.set(rating, (counts.get(rating) ?? 0) + count)
    if (label !== null && rating !== null) labelled.push({ x: label, y: rating, count })
    if (label !== null && rating === null) labelledWrong += count
  }
  const distribution = [...counts]
    .map(([rating, count]) => ({ rating, count }))
    .sort((a, b) => a.rating - b.rating)
  return { labelled, labelledWrong, distribution }
}

const namedRows = 20

function failuresOf(rows: { code: string; row: string; count: number }[]): EvaluationCounts['failures'] {
  const byCode = new Map<string, EvaluationCounts['failures'][number]>()
  for (const { code, row, count } of rows) {
    const entry = byCode.get(code) ?? { code, count, rows: [] }
    if (entry.rows.length < namedRows && !entry.rows.includes(row)) entry.rows.push(row)
    byCode.set(code, entry)
  }
  return [...byCode.values()]
}

export interface Side {
  id: string
  /** The answering model, where the evaluation has several. */
  model: string | null
}

/** Rows that two evaluations have in common, by row id: mean ratings, and mean points where both have labels. */
export function countPairs(database: TenantDatabase, x: Side, y: Side): { ratings: Cell[]; points: Cell[] } {
  const side = ({ id, model }: Side) => sql`
    select r.id as id, avg(j.rating) as rating, avg(case when j.label is not null then ${points} end) as points
    from ${withRows}
    where j.evaluation_id = ${id} and j.state = 'rated' ${model === null ? sql`` : sql`and r.model = ${model}`}
    group by r.id`
  const cells = (value: SQL) =>
    database.all<Cell>(sql`
      with x as materialized (${side(x)}), y as materialized (${side(y)})
      select x.${value} as x, y.${value} as y, count(*) as count from x join y on x.id = y.id
      where x.${value} is not null and y.${value} is not null group by 1, 2`)
  return { ratings: cells(sql`rating`), points: cells(sql`points`) }
}
