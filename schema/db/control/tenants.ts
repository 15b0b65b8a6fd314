import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Scope } from '../../api/scopes.ts'

/** Plans: limits by name, so that one change applies to all tenants of the plan. */
export const plans = sqliteTable('plans', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  requestsPerMinute: integer('requests_per_minute').notNull(),
  concurrent: integer('concurrent').notNull(),
  tokensPerDay: integer('tokens_per_day').notNull(),
  /** Model ids; null means every model served. */
  models: text('models', { mode: 'json' }).$type<string[]>(),
  evaluationRows: integer('evaluation_rows').notNull(),
  retentionDays: integer('retention_days').notNull(),
})

/** An approved applicant's space. Its judgments live in its own Durable Object, not here. */
export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  mode: text('mode', { enum: ['live', 'test'] }).notNull(),
  /** `importing`: its data still arrive from another gateway. */
  status: text('status', { enum: ['active', 'suspended', 'deleting', 'importing'] }).notNull(),
  planId: text('plan_id')
    .notNull()
    .references(() => plans.id),
  /** Narrows the plan's models; null leaves them as they are. */
  models: text('models', { mode: 'json' }).$type<string[]>(),
  /** The most a key of this tenant may be allowed. */
  scopes: text('scopes', { mode: 'json' }).$type<Scope[]>().notNull(),
  applicationId: text('application_id'),
  createdAt: integer('created_at').notNull(),
  /** When the approval ends; no key outlives it. */
  expiresAt: integer('expires_at'),
  lastUsedAt: integer('last_used_at'),
})

export interface KeyLimits {
  requestsPerMinute?: number
  concurrent?: number
  tokensPerDay?: number
}

/** API keys: the hash decides, the start is shown so that people can tell them apart. */
export const apiKeys = sqliteTable(
  'api_keys',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id')
      .notNull()
      .references(() => tenants.id),
    name: text('name').notNull(),
    hash: text('hash').notNull().unique(),
    start: text('start').notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<Scope[]>().notNull(),
    /** Bounds of this key alone, within those of the plan; null leaves the plan's as they are. */
    limits: text('limits', { mode: 'json' }).$type<KeyLimits>(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    lastUsedAt: integer('last_used_at'),
    /** The key made by rotating this one, and the other way round: a key is replaced by one key only. */
    replacedBy: text('replaced_by'),
    replaces: text('replaces').unique(),
    /** When the mail about its expiry was queued. */
    remindedAt: integer('reminded_at'),
  },
  (t) => [index('api_keys_by_tenant').on(t.tenantId), index('api_keys_by_expiry').on(t.expiresAt)],
)

/** Receipt of a tenant's deletion, without personal data. */
export const deletionReceipts = sqliteTable('deletion_receipts', {
  id: text('id').primaryKey(),
  tenantId: text('tenant_id').notNull().unique(),
  requestedBy: text('requested_by').notNull(),
  deletedAt: integer('deleted_at').notNull(),
  keys: integer('keys').notNull(),
  sealedRecords: integer('sealed_records').notNull(),
})
