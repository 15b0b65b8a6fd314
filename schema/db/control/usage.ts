import { index, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { usageCounts } from '../usage-counts.ts'

/** Tokens and results per tenant, Korean day and model: sums that the tenant objects send, for the operator. */
export const usageRollups = sqliteTable(
  'usage_rollups',
  {
    tenantId: text('tenant_id').notNull(),
    day: text('day').notNull(),
    model: text('model').notNull(),
    ...usageCounts(),
    /** Histogram of run durations: counts by bucket. */
    latency: text('latency', { mode: 'json' }).$type<Record<string, number>>().notNull().default({}),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.day, table.model] }),
    // the operator's overview of a span of days over all tenants
    index('usage_rollups_by_day').on(table.day),
  ],
)
