import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { JudgmentRequest } from '../api/judgment-request.ts'
import type { Judgment } from '../api/judgments.ts'
import { usageCounts } from './usage-counts.ts'

/** Parts of a judgment that have a column of their own or can be derived. */
type NotKept =
  | 'id'
  | 'object'
  | 'model'
  | 'template'
  | 'rating'
  | 'verdict'
  | 'explanation'
  | 'fingerprint'
  | 'stored'
export type KeptJudgment = Omit<Judgment, NotKept> & Partial<Pick<Judgment, NotKept>>

/**
 * The judgments of one tenant, in that tenant's own object. Ids sort by time, so the primary key serves
 * listing, paging newest first, and bounds in time.
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
    /** The request; without its texts where a row of an evaluation stores them. */
    request: text('request', { mode: 'json' }).$type<JudgmentRequest>().notNull(),
    judgment: text('judgment', { mode: 'json' }).$type<KeptJudgment>().notNull(),
    /** When the plan's retention ends. */
    expiresAt: integer('expires_at'),
    evaluationId: text('evaluation_id'),
    /** The row whose texts were judged. A trigger deletes the row with its last judgment, once its evaluation is gone: see 0008_judged_rows.sql. */
    evaluationRow: integer('evaluation_row'),
  },
  (table) => [
    // a repeat is answered from here when the edge cache has forgotten it
    index('judgments_fingerprint').on(table.fingerprint),
    // retention deletes what has expired, oldest first
    index('judgments_expiry').on(table.expiresAt),
    // the judgments of one evaluation, paged
    index('judgments_evaluation')
      .on(table.evaluationId, table.id)
      .where(sql`${table.evaluationId} is not null`),
    // whether a row is still needed
    index('judgments_evaluation_row')
      .on(table.evaluationId, table.evaluationRow)
      .where(sql`${table.evaluationRow} is not null`),
    // the judgments of one model, paged
    index('judgments_model').on(table.model, table.id),
  ],
)

/** Runs that ended without a judgment: what happened, never what was written. Ids sort by time. */
export const attempts = sqliteTable('attempts', {
  id: text('id').primaryKey(),
  createdAt: integer('created_at').notNull(),
  requestId: text('request_id').notNull(),
  fingerprint: text('fingerprint').notNull(),
  keyId: text('key_id').notNull(),
  model: text('model').notNull(),
  /** A stable error code, or `client_disconnected`. */
  code: text('code').notNull(),
  /** Number of characters received. */
  characters: integer('characters').notNull(),
})

/** Usage: one row per Korean day, key and model. The primary key serves sums by day and by key. */
export const usage = sqliteTable(
  'usage',
  {
    day: text('day').notNull(),
    keyId: text('key_id').notNull(),
    model: text('model').notNull(),
    ...usageCounts(),
  },
  (table) => [primaryKey({ columns: [table.day, table.keyId, table.model] })],
)

/** Histogram of run durations, in buckets that grow by a quarter. Read together with `usage`, by the same key. */
export const usageLatency = sqliteTable(
  'usage_latency',
  {
    day: text('day').notNull(),
    keyId: text('key_id').notNull(),
    model: text('model').notNull(),
    bucket: integer('bucket').notNull(),
    runs: integer('runs').notNull(),
  },
  (table) => [primaryKey({ columns: [table.day, table.keyId, table.model, table.bucket] })],
)

/** State of the request rate of the tenant (`tenant`) and of each key, so that a restart does not reset it. */
export const rateMarks = sqliteTable('rate_marks', {
  subject: text('subject').primaryKey(),
  /** GCRA's theoretical arrival time in milliseconds since 1970. */
  arrival: real('arrival').notNull(),
})

/** Finished requests under an Idempotency-Key, for a day, with what it takes to answer them again. */
export const idempotentRequests = sqliteTable(
  'idempotent_requests',
  {
    keyId: text('key_id').notNull(),
    /** SHA-256 of the header's value. */
    idempotencyKey: text('idempotency_key').notNull(),
    requestSha256: text('request_sha256').notNull(),
    /** The judgments of the answer, which are read again when they are needed. */
    judgmentIds: text('judgment_ids', { mode: 'json' }).$type<string[]>(),
    /** The text of an answer that is stored nowhere else: a chat completion. Null when nothing may be kept. */
    contentType: text('content_type'),
    createdAt: integer('created_at').notNull(),
    characters: integer('characters').notNull().default(0),
    body: text('body'),
  },
  (table) => [
    primaryKey({ columns: [table.keyId, table.idempotencyKey] }),
    // expiry and eviction, oldest first
    index('idempotent_requests_age').on(table.createdAt),
  ],
)
