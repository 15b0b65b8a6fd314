import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { type WebhookEvent, webhookDisabledReasons } from '../../api/webhooks.ts'
import { tenants } from './tenants.ts'

/** Addresses that receive the ends of a tenant's evaluations and audits. Secrets are sealed by the master secret. */
export const webhooks = sqliteTable(
  'webhooks',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id, { onDelete: 'cascade' }),
    url: text('url').notNull(),
    events: text('events', { mode: 'json' }).$type<WebhookEvent[]>().notNull(),
    masterKeyId: text('master_key_id').notNull(),
    sealedSecret: blob('sealed_secret', { mode: 'buffer' }).$type<Uint8Array>().notNull(),
    /** The secret before the last rotation, which signs too until `overlapsUntil`. */
    previousMasterKeyId: text('previous_master_key_id'),
    previousSecret: blob('previous_secret', { mode: 'buffer' }).$type<Uint8Array>(),
    overlapsUntil: integer('overlaps_until'),
    disabled: text('disabled', { enum: webhookDisabledReasons }),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [index('webhooks_by_tenant').on(table.tenantId)],
)
