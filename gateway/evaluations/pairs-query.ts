import { type SQL, sql } from 'drizzle-orm'
import type { Cell } from '../../schema/metrics/cells.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

/** The points of the diff score: see `diffPoints` in schema/metrics. */
const points = sql`case when j.rating = j.label then 1.0 when round(abs(j.rating - j.label), 6) <= 1 then 0.5 else 0.0 end`

export interface Side {
  id: string
  /** The answering model, where the evaluation has several. */
  model: string | null
}

/** What two evaluations say of the rows they have in common. */
export interface CommonRows {
  /** Mean rating of a row in x and in y. */
  ratings: Cell[]
  /** Mean points of the diff score, of rows that have labels in both. */
  points: Cell[]
  categories: { category: string | null; rows: number; x: number; y: number }[]
}

const mostCategories = 200

/** Counts the rows that two evaluations have in common, by row id. */
export function countPairs(database: TenantDatabase, x: Side, y: Side): CommonRows {
  const side = ({ id, model }: Side) => sql`
    select r.id as id, min(r.category) as category, avg(j.rating) as rating,
      avg(case when j.label is not null then ${points} end) as points
    from evaluation_judgments j
    join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row
    where j.evaluation_id = ${id} and j.state = 'rated' ${model === null ? sql`` : sql`and r.model = ${model}`}
    group by r.id`
  const both = sql`with x as materialized (${side(x)}), y as materialized (${side(y)})`
  const cells = (value: SQL) =>
    database.all<Cell>(sql`
      ${both} select x.${value} as x, y.${value} as y, count(*) as count from x join y on x.id = y.id
      where x.${value} is not null and y.${value} is not null group by 1, 2`)
  const categories = database.all<CommonRows['categories'][number]>(sql`
    ${both} select x.category as category, count(*) as rows, avg(x.rating) as x, avg(y.rating) as y
    from x join y on x.id = y.id group by x.category order by x.category is null, x.category limit ${mostCategories}`)
  return { ratings: cells(sql`rating`), points: cells(sql`points`), categories }
}
