import { type SQL, sql } from 'drizzle-orm'

/** Whether a text has the words as they are: any part of a Korean word is found. Latin letters match in both cases. */
export const hasWords = (text: SQL, words: string): SQL => sql`instr(lower(${text}), lower(${words})) > 0`

/**
 * Whether one of the named fields of a JSON column, however deep, has the words. The column is looked through as it
 * is stored first: parsing costs more than reading, and few have the words somewhere.
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
