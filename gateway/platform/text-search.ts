import { type SQL, sql } from 'drizzle-orm'

/** Returns whether a text contains the words as a substring; ASCII letters match in either case. */
export const hasWords = (text: SQL, words: string): SQL => sql`instr(lower(${text}), lower(${words})) > 0`

/**
 * Returns whether one of the named fields of a JSON column, however deep, contains the words. The stored
 * text is searched first: parsing it costs more, and few rows match.
 */
export function jsonHasWords(json: SQL, fields: readonly string[], words: string): SQL {
  const names = sql.join(
    fields.map((field) => sql`${field}`),
    sql`, `,
  )
  return sql`(${hasWords(json, JSON.stringify(words).slice(1, -1))} and exists (
    select 1 from json_tree(${json}) where type = 'text' and key in (${names}) and ${hasWords(sql`atom`, words)}))`
}

/** The fields that hold what was asked and answered, in rows and in requests. */
export const textFields = ['question', 'answer', 'reference', 'content'] as const
