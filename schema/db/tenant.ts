import { index, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Judgment, JudgmentRequest } from '../api/judgments.ts'

/**
 * The judgments of one tenant, in that tenant's own object. Ids sort by time, so the primary key serves
 * listing and paging, newest first.
 */
export const judgments = sqliteTable(
  'judgments',
  {
    id: text('id').primaryKey(),
    fingerprint: text('fingerprint').notNull(),
    createdAt: integer('created_at').notNull(),
    keyId: text('key_id').notNull(),
    model: text('model').notNull(),
    template: text('template').notNull(),
    verdict: text('verdict', { enum: ['rated', 'no_rating', 'truncated'] }).notNull(),
    rating: real('rating'),
    request: text('request', { mode: 'json' }).$type<JudgmentRequest>().notNull(),
    judgment: text('judgment', { mode: 'json' }).$type<Judgment>().notNull(),
  },
  // a repeat is answered from here when the edge cache has forgotten it
  (table) => [index('judgments_fingerprint').on(table.fingerprint)],
)
