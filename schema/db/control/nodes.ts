import { blob, integer, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { NodeReportView } from '../../api/nodes.ts'
import type { Message } from '../../messages/message.ts'

/** Nodes registered by the operator. The secret is sealed; nothing reads it back out through the API. */
export const nodes = sqliteTable('nodes', {
  id: text('id').primaryKey(),
  url: text('url').notNull(),
  masterKeyId: text('master_key_id'),
  sealedSecret: blob('sealed_secret', { mode: 'buffer' }).$type<Uint8Array>(),
  adapter: text('adapter', { enum: ['auto', 'keval', 'openai'] }).notNull(),
  weight: real('weight').notNull(),
  region: text('region'),
  /** The only models it is asked for; null means all that it serves. */
  models: text('models', { mode: 'json' }).$type<string[]>(),
  draining: integer('draining', { mode: 'boolean' }).notNull(),
  createdAt: integer('created_at').notNull(),
  updatedAt: integer('updated_at').notNull(),
})

/** Result of the last scheduled check of every node, configured ones included. */
export const nodeHealth = sqliteTable('node_health', {
  nodeId: text('node_id').primaryKey(),
  state: text('state', { enum: ['up', 'down'] }).notNull(),
  /** Why it is down. */
  reason: text('reason', { mode: 'json' }).$type<Message>(),
  models: text('models', { mode: 'json' }).$type<string[]>().notNull(),
  /** Requests running and waiting on the node, if reported. */
  load: integer('load').notNull(),
  latencyMs: integer('latency_ms').notNull(),
  checkedAt: integer('checked_at').notNull(),
  /** When the state last changed. */
  since: integer('since').notNull(),
  /** Its last status report. */
  report: text('report', { mode: 'json' }).$type<NodeReportView>(),
})

/** Nodes whose circuit breaker is open, as the isolates last recorded. */
export const openBreakers = sqliteTable('open_breakers', {
  nodeId: text('node_id').primaryKey(),
  /** When a breaker opened first, without a success since. */
  since: integer('since').notNull(),
  until: integer('until').notNull(),
})
