import { type SQL, sql } from 'drizzle-orm'
import { type Cell, countSize } from '../../schema/metrics/cells.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

/** The rated judgments of an evaluation, with what each adds to its row and its place among the repeats. */
const selectRated = (id: string) => sql`
  select *, row_number() over repeats as place, count(*) over (partition by row, turn) as repeats_rated
  from (
    select j.evaluation_id, j.row, j.turn, j.rating, j.label, e.options ->> '$.summary' as summary,
      iif(e.options ->> '$.summary' = 'expected', coalesce(j.expected, j.rating), j.rating) as summarized
    from evaluation_judgments j join evaluations e on e.id = j.evaluation_id
    where j.evaluation_id = ${id} and j.state = 'rated')
  window repeats as (partition by row, turn order by summarized)`

/** The summary of repeats as `summarizeRatings` has it: the mean of those that are not trimmed. */
const trimmed = sql`case j.summary when 'median' then (j.repeats_rated - 1) / 2
  when 'trimmed_mean' then iif(j.repeats_rated < 3, 0, max(1, j.repeats_rated / 5)) else 0 end`
const averageKept = sql`avg(j.summarized) filter (where j.place > ${trimmed} and j.place <= j.repeats_rated - ${trimmed})`

/** The points of the diff score: see `diffPoints` in schema/metrics. */
const points = sql`case when j.rating = j.label then 1.0 when round(abs(j.rating - j.label), 6) <= 1 then 0.5 else 0.0 end`

export interface Side {
  id: string
  /** The answering model, where the evaluation has several. */
  model: string | null
}

/** Rows of one side whose question the other side has not asked. */
export interface UnpairedRows {
  count: number
  /** The first of them. */
  rows: { row: number; id: string | null; turn: number; question: string }[]
}

/** The rows that two evaluations have in common, and the others. */
export interface PairedRows {
  /** Mean rating of a row in x and in y. */
  ratings: Cell[]
  /** Mean points of the diff score, of rows that have labels in both. */
  points: Cell[]
  /** The same row by row, by category of x. */
  categories: { category: string | null; cells: Cell[] }[]
  /** True if all answers are the same on both sides: two judges of one file. */
  sameAnswers: boolean
  /** Rated turns that were paired, by how. */
  pairing: {
    by_id: number
    by_question: number
    /** Ids that both files gave, with different questions: those rows are not the same. */
    ids_with_other_questions: number
    unpaired: { x: UnpairedRows; y: UnpairedRows }
  }
}

interface PairCell {
  category: string | null
  rx: number
  ry: number
  px: number | null
  py: number | null
  count: number
}

const maxCategories = 200
const maxListedRows = 20
const maxQuestionCharacters = 120

/**
 * Pairs what two evaluations judged by question and turn; where both files gave ids, rows of one id and one question
 * meet first. A line number is no identity: the same questions in another order are the same questions. Rows that ask
 * one question without ids count with their mean. The unit is the row: its turns are averaged.
 */
function selectPairs(x: Side, y: Side): SQL {
  const selectTurns = ({ id, model }: Side) => sql`
    select r.number, j.turn, iif(r.id_is_given, r.id, null) as id, min(r.category) as category,
      r.turn_digests ->> 0 as first, coalesce(r.turn_digests ->> (j.turn - 1), r.turn_digests ->> 0) as question,
      ${averageKept} as rating, avg(case when j.label is not null then ${points} end) as points
    from (${selectRated(id)}) j
    join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row
    ${model === null ? sql`` : sql`where r.model = ${model}`}
    group by r.number, j.turn`
  const selectQuestions = (side: 'x' | 'y') => sql`
    select question, turn, first, min(category) as category, avg(rating) as rating, avg(points) as points,
      count(*) as count, min(number) as number
    from ${sql.raw(side)} where number || ':' || turn not in (select ${sql.raw(side)} from by_id)
    group by question, turn`
  return sql`
    with x as materialized (${selectTurns(x)}), y as materialized (${selectTurns(y)}),
    by_id as materialized (
      select x.number || ':' || x.turn as x, y.number || ':' || y.turn as y, x.number as unit, x.number as xrow, y.number as yrow,
        x.category, x.rating as rx, y.rating as ry, x.points as px, y.points as py
      from x join y on x.id = y.id and x.turn = y.turn and x.question = y.question),
    qx as materialized (${selectQuestions('x')}), qy as materialized (${selectQuestions('y')}),
    by_question as materialized (
      select qx.first as unit, qx.number as xrow, qy.number as yrow, qx.category, qx.rating as rx, qy.rating as ry, qx.points as px, qy.points as py
      from qx join qy on qx.question = qy.question and qx.turn = qy.turn),
    units as (
      select min(category) as category, avg(rx) as rx, avg(ry) as ry, avg(px) as px, avg(py) as py,
        min(xrow) as xrow, min(yrow) as yrow
      from (select 'row' as kind, unit, category, rx, ry, px, py, xrow, yrow from by_id
        union all select 'question', unit, category, rx, ry, px, py, xrow, yrow from by_question)
      group by kind, unit)`
}

/** Pairs two sides and counts the rows by their two ratings. */
export function pairRows(database: TenantDatabase, x: Side, y: Side): PairedRows {
  const paired = selectPairs(x, y)
  const cells = database.all<PairCell>(sql`
    ${paired} select category, round(rx, 9) as rx, round(ry, 9) as ry, px, py, count(*) as count
    from units group by 1, 2, 3, 4, 5 order by 2, 3, 1, 4, 5`)
  const pairing = database.get<{ by_id: number; by_question: number; ids_with_other_questions: number }>(sql`
    ${paired} select (select count(*) from by_id) as by_id, (select count(*) from by_question) as by_question,
      (select count(*) from x join y on x.id = y.id and x.turn = y.turn and x.question <> y.question)
        as ids_with_other_questions`)!
  const unpaired = (side: 'x' | 'y'): UnpairedRows => {
    const other = side === 'x' ? sql`qy` : sql`qx`
    const rows = database.all<UnpairedRows['rows'][number] & { count: number }>(sql`
      ${paired} select s.number as row, s.id, s.turn, count(*) over () as count,
        substr(coalesce(r.input ->> ('$.turns[' || (s.turn - 1) || '].question'), r.input ->> '$.messages[#-1].content'),
          1, ${maxQuestionCharacters}) as question
      from ${sql.raw(side)} s
      join evaluation_rows r on r.evaluation_id = ${(side === 'x' ? x : y).id} and r.number = s.number
      where s.number || ':' || s.turn not in (select ${sql.raw(side)} from by_id)
        and not exists (select 1 from ${other} o where o.question = s.question and o.turn = s.turn)
      order by s.number, s.turn limit ${maxListedRows}`)
    return { count: rows[0]?.count ?? 0, rows: rows.map(({ count: _, ...row }) => row) }
  }
  return {
    ratings: sumCells(cells.map(({ rx, ry, count }) => ({ x: rx, y: ry, count }))),
    points: sumCells(
      cells.flatMap(({ px, py, count }) => (px === null || py === null ? [] : [{ x: px, y: py, count }])),
    ),
    categories: groupByCategory(cells),
    sameAnswers: cells.length > 0 && !hasOtherAnswers(database, paired, x, y),
    pairing: { ...pairing, unpaired: { x: unpaired('x'), y: unpaired('y') } },
  }
}

/** Looks for one row that was answered differently; equal files are recognized by their bytes. */
function hasOtherAnswers(database: TenantDatabase, paired: SQL, x: Side, y: Side): boolean {
  const answers = (row: SQL) =>
    sql`(select json_group_array(value ->> 'answer') from json_each(${row}.input, '$.turns'))`
  const other = database.get(sql`
    ${paired} select 1 from units u
    join evaluation_rows a on a.evaluation_id = ${x.id} and a.number = u.xrow
    join evaluation_rows b on b.evaluation_id = ${y.id} and b.number = u.yrow
    where a.input <> b.input
      and (a.input ->> '$.messages' is not null or ${answers(sql`a`)} <> ${answers(sql`b`)})
    limit 1`)
  return other !== undefined
}

const sumCells = (cells: readonly Cell[]): Cell[] =>
  [...Map.groupBy(cells, ({ x, y }) => `${x} ${y}`).values()].map((same) => ({
    ...same[0]!,
    count: countSize(same),
  }))

function groupByCategory(cells: readonly PairCell[]): PairedRows['categories'] {
  return [...Map.groupBy(cells, ({ category }) => category)]
    .map(([category, same]) => ({
      category,
      cells: sumCells(same.map(({ rx, ry, count }) => ({ x: rx, y: ry, count }))),
    }))
    .sort((a, b) => (a.category === null ? 1 : b.category === null ? -1 : a.category < b.category ? -1 : 1))
    .slice(0, maxCategories)
}

/** Returns the side that is rated higher. */
const outcomes = {
  x: sql`round(rx, 9) > round(ry, 9)`,
  tie: sql`round(rx, 9) = round(ry, 9)`,
  y: sql`round(ry, 9) > round(rx, 9)`,
}

export interface PairFilter {
  outcome?: keyof typeof outcomes | undefined
  category?: string | undefined
  limit: number
  offset: number
}

/** A row of both sides: its number and mean rating in each. */
export interface Pair {
  category: string | null
  x: { row: number; rating: number }
  y: { row: number; rating: number }
}

/** The rows that two sides have in common, those that differ most first. */
export function listPairs(
  database: TenantDatabase,
  x: Side,
  y: Side,
  { outcome, category, limit, offset }: PairFilter,
): { data: Pair[]; total: number } {
  const rows = database.all<
    Omit<PairCell, 'px' | 'py' | 'count'> & { xrow: number; yrow: number; total: number }
  >(sql`
    ${selectPairs(x, y)} select category, rx, ry, xrow, yrow, count(*) over () as total from units
    where ${outcome === undefined ? sql`true` : outcomes[outcome]}
      and ${category === undefined ? sql`true` : sql`category = ${category}`}
    order by abs(ry - rx) desc, xrow limit ${limit} offset ${offset}`)
  const data = rows.map(({ category, rx, ry, xrow, yrow }) => ({
    category,
    x: { row: xrow, rating: rx },
    y: { row: yrow, rating: ry },
  }))
  return { data, total: rows[0]?.total ?? 0 }
}
