import { type SQL, sql } from 'drizzle-orm'
import type { RowFilter } from '../../../schema/api/evaluation-rows.ts'
import { hasWords, jsonHasWords, textFields } from '../../platform/text-search.ts'
import { joinJudgment, judged } from '../judged.ts'

/**
 * The rows that a filter chooses, as a query of `number`, `rating` and `difference`: a row is one of them when one of
 * its judgments fits every condition. Judgments are `j`, their rows `r`, what the judge wrote `d`.
 */
export function selectRows(evaluationId: string, filter: RowFilter): SQL {
  const { category, model, turn, verdict, warning, labelled } = filter
  const conditions = [
    sql`j.evaluation_id = ${evaluationId}`,
    category !== undefined && sql`r.category = ${category}`,
    model !== undefined && sql`r.model = ${model}`,
    turn !== undefined && sql`j.turn = ${turn}`,
    verdict !== undefined && sql`j.state = ${verdict}`,
    filter.min_rating !== undefined && sql`j.rating >= ${filter.min_rating}`,
    filter.max_rating !== undefined && sql`j.rating <= ${filter.max_rating}`,
    filter.min_difference !== undefined && sql`round(abs(j.rating - j.label), 6) >= ${filter.min_difference}`,
    labelled === 'yes' && sql`j.label is not null`,
    labelled === 'no' && sql`j.label is null`,
    labelled === 'by_hand' && sql`l.label is not null`,
    warning !== undefined &&
      sql`exists (select 1 from json_each(${judged} -> '$.warnings') where value ->> 'code' = ${warning})`,
    filter.search !== undefined && filter.search !== '' && matches(filter.search, filter.search_in),
  ].filter((condition) => condition !== false)
  return sql`
    select j.row as number, avg(j.rating) as rating, max(abs(j.rating - j.label)) as difference
    from evaluation_judgments j
    join evaluation_rows r on r.evaluation_id = j.evaluation_id and r.number = j.row
    ${joinJudgment}
    left join evaluation_labels l on l.evaluation_id = j.evaluation_id and l.row = j.row and l.turn = j.turn
    where ${sql.join(conditions, sql` and `)}
    group by j.row`
}

/** The order of the rows of `selectRows`; rows without the number in question come last. */
export const rowOrder: Record<RowFilter['sort'], SQL> = {
  row: sql`number`,
  lowest_rating: sql`rating is null, rating, number`,
  highest_rating: sql`rating is null, rating desc, number`,
  disagreement: sql`difference is null, difference desc, number`,
}

/** Scans all texts of a row: measured on 10,000 rows, an index would bring less than it costs to keep. */
function matches(search: string, searchIn: RowFilter['search_in']): SQL {
  const places = [
    hasWords(sql`r.id`, search),
    jsonHasWords(sql`r.input`, textFields, search),
    ...(searchIn === 'judged'
      ? []
      : [hasWords(sql`coalesce(l.note, '')`, search), jsonHasWords(judged, ['text'], search)]),
  ]
  return sql`(${sql.join(places, sql` or `)})`
}
