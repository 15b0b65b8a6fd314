import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Operators who have opened applications: applications are assigned to these. */
export const reviewers = sqliteTable('reviewers', {
  /** The operator's id in the audit log. */
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  seenAt: integer('seen_at').notNull(),
})

export type ReviewerRow = typeof reviewers.$inferSelect
