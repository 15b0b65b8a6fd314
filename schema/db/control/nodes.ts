import { sql } from 'drizzle-orm'
import { blob, check, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { NodeReportView } from '../../api/nodes.ts'
import type { Message } from '../../messages/message.ts'

/** Nodes registered by the operator. The secret is sealed; nothing reads it back out through the API. */
export const nodes = sqliteTable('nodes', {
  id: text('id').primaryKey(),
  /** Null for a node that opens a connection to the gateway. */
  url: text('url'),
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
  /** Hash of the credential with which a node that registered itself renews its lease; null for other nodes. */
  credentialHash: text('credential_hash'),
  /** A node that joined gets no new work after this moment unless it renews. */
  leaseEndsAt: integer('lease_ends_at'),
  /** The node is shutting down, by its own report. */
  leaving: integer('leaving', { mode: 'boolean' }).notNull().default(false),
  /** The version of keval-node, as it reported. */
  version: text('version'),
})

/** Tokens that let nodes register themselves. The bound on uses holds in the table, also for joins that race. */
export const nodeJoinTokens = sqliteTable(
  'node_join_tokens',
  {
    id: text('id').primaryKey(),
    hash: text('hash').notNull(),
    note: text('note'),
    maxUses: integer('max_uses').notNull(),
    uses: integer('uses').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [check('node_join_tokens_bound', sql`${t.uses} <= ${t.maxUses}`)],
)

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

/** Throughput of each node by hour, from the totals that it reports. */
export const nodeThroughput = sqliteTable(
  'node_throughput',
  {
    nodeId: text('node_id').notNull(),
    /** Hours since 1970. */
    hour: integer('hour').notNull(),
    answers: integer('answers').notNull(),
    promptTokens: integer('prompt_tokens').notNull(),
    generatedTokens: integer('generated_tokens').notNull(),
  },
  (table) => [primaryKey({ columns: [table.nodeId, table.hour] })],
)

/** Nodes whose circuit breaker is open, as the isolates last recorded. */
export const openBreakers = sqliteTable('open_breakers', {
  nodeId: text('node_id').primaryKey(),
  /** When a breaker opened first, without a success since. */
  since: integer('since').notNull(),
  until: integer('until').notNull(),
})
