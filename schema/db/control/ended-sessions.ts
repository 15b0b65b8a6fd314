import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Sessions of the console that were signed out before their time, until they would have expired. */
export const endedSessions = sqliteTable(
  'ended_sessions',
  {
    id: text('id').primaryKey(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('ended_sessions_by_expiry').on(t.expiresAt)],
)
