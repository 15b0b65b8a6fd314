import { sql } from 'drizzle-orm'

/** Joins the stored judgment `d` of a judgment `j` of an evaluation; an imported one refers to none. */
export const joinJudgment = sql`left join judgments d on d.id = j.judgment_id and j.imported is null`

/** What the judge wrote of `j`, with `text` and `warnings`: an imported evaluation stores it itself. */
export const judged = sql`coalesce(j.imported, d.judgment)`
