import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { tenants } from './tenants.ts'

/** Links under which anyone may read one evaluation's report. Only the hash of a link's token is stored. */
export const shareLinks = sqliteTable(
  'share_links',
  {
    id: text('id').primaryKey(),
    tokenHash: text('token_hash').notNull().unique(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    evaluationId: text('evaluation_id').notNull(),
    /** True if the rows may be read as well. */
    showsRows: integer('shows_rows', { mode: 'boolean' }).notNull(),
    keyId: text('key_id').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (table) => [index('share_links_evaluation').on(table.tenantId, table.evaluationId)],
)
