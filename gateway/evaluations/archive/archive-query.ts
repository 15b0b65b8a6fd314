import { sql } from 'drizzle-orm'
import type { StoredFailure } from '../../../schema/api/errors.ts'
import type { ResultLine, RowLine } from '../../../schema/api/evaluation-archive.ts'
import type { Warning } from '../../../schema/judge/lint.ts'
import type { TenantDatabase } from '../../platform/tenant-database.ts'
import { joinJudgment, judged } from '../judged.ts'
import { pageResults, type ResultPlace } from '../results-query.ts'

const pageRows = 400
/** Characters of a page, which crosses the object's boundary as a whole. */
const maxPageCharacters = 4_000_000

/** The next rows of an evaluation, as lines of its archive; none at the end. */
export function pageRowLines(database: TenantDatabase, id: string, after: number): RowLine[] {
  const rows = database.all<{
    row: number
    id: string
    id_is_given: number
    model: string | null
    category: string | null
    label: number | null
    input: string
    planned: string
    sample: number
  }>(sql`
    select * from (
      select number as row, id, id_is_given, model, category, label, input, planned, sample,
        sum(length(input)) over (order by number rows between unbounded preceding and 1 preceding) as before
      from evaluation_rows where evaluation_id = ${id} and number > ${after} and number <= ${after + pageRows}
    ) where coalesce(before, 0) < ${maxPageCharacters} order by row`)
  return rows.map(({ row, id, id_is_given, model, category, label, input, planned, sample }) => ({
    row,
    id,
    id_is_given: id_is_given === 1,
    model,
    category,
    label,
    input: JSON.parse(input),
    planned: JSON.parse(planned),
    sample,
  }))
}

/** A page of settled judgments as lines of the archive: the results with their texts, and what else is stored. */
export function pageResultLines(
  database: TenantDatabase,
  id: string,
  after: ResultPlace,
): { lines: ResultLine[]; next: ResultPlace | null } {
  const { results, next } = pageResults(database, id, after, 'en', { texts: true })
  const [row, turn, repeat] = after
  const further = database.all<{
    expected: number | null
    text: string | null
    warnings: string | null
    failure: string | null
  }>(sql`
    select j.expected, ${judged} ->> 'text' as text, ${judged} -> 'warnings' as warnings, j.failure
    from evaluation_judgments j ${joinJudgment}
    where j.evaluation_id = ${id} and j.state <> 'pending'
      and (j.row, j.turn, j.repeat) > (${row}, ${turn}, ${repeat})
    order by j.row, j.turn, j.repeat limit ${results.length}`)
  const lines = results.map((result, index): ResultLine => {
    const { expected, text, warnings, failure } = further[index]!
    return {
      ...(result as ResultLine),
      expected,
      judge_text: text,
      warnings: warnings === null ? [] : (JSON.parse(warnings) as Warning[]).map(toWarning),
      failure: failure === null ? null : (JSON.parse(failure) as StoredFailure),
    }
  })
  return { lines, next }
}

/** Without the text that a stored warning may hold: it is rendered for each reader. */
const toWarning = ({ code, field, params }: Warning): Warning => ({ code, field, ...(params && { params }) })
