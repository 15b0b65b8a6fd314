import { sql } from 'drizzle-orm'

/** Joins the stored judgment `d` of a judgment `j` of an evaluation; an imported one refers to none. */
export const joinJudgment = sql`left join judgments d on d.id = j.judgment_id and j.imported is null`

/** Selects the judge's text and warnings of `j`; an imported evaluation stores them itself. */
export const judged = sql`coalesce(j.imported, d.judgment)`
