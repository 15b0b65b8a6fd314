import { sql } from 'drizzle-orm'
import type { RowSummary } from '../../../schema/api/evaluation-rows.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'

const excerptCharacters = 240

type TurnColumns = Omit<RowSummary['turns'][number], 'difference' | 'labelled_by_hand'> & {
  number: number
  by_hand: number
}

/** The rows of a page, in the order given, each with what its turns came to. */
export function summarizeRows(
  database: TenantDatabase,
  id: string,
  numbers: readonly number[],
): RowSummary[] {
  const given = JSON.stringify(numbers)
  const rows = database.all<Omit<RowSummary, 'turns'>>(sql`
    select r.number as row, r.id, r.model, r.category,
      substr(coalesce(r.input ->> '$.turns[0].question', r.input ->> '$.messages[#-1].content'), 1, ${excerptCharacters}) as question,
      substr(coalesce(r.input ->> '$.turns[0].answer', ''), 1, ${excerptCharacters}) as answer
    from json_each(${given}) page
    join evaluation_rows r on r.evaluation_id = ${id} and r.number = page.value order by page.key`)
  const turns = database.all<TurnColumns>(sql`
    select j.row as number, j.turn, avg(j.rating) as rating, count(*) as judgments,
      max(case when j.repeat = 1 then j.state end) as verdict, max(j.label) as label,
      count(l.label) as by_hand
    from json_each(${given}) page
    join evaluation_judgments j on j.evaluation_id = ${id} and j.row = page.value
    left join evaluation_labels l on l.evaluation_id = j.evaluation_id and l.row = j.row and l.turn = j.turn
    group by j.row, j.turn order by j.row, j.turn`)
  const byRow = Map.groupBy(turns, ({ number }) => number)
  return rows.map((row) => ({
    ...row,
    turns: (byRow.get(row.row) ?? []).map(({ number: _, by_hand, ...turn }) => ({
      ...turn,
      difference: toDifference(turn),
      labelled_by_hand: by_hand > 0,
    })),
  }))
}

export const toDifference = ({ rating, label }: { rating: number | null; label: number | null }) =>
  rating === null || label === null ? null : rating - label
