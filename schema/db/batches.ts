import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { batchStatuses } from '../api/batches.ts'
import { pauseReasons } from '../api/pause-reasons.ts'
import type { Message } from '../messages/message.ts'

/** Files of the OpenAI API: uploaded ones in parts, outputs of batches read from the batch. Ids sort by time. */
export const files = sqliteTable('files', {
  id: text('id').primaryKey(),
  filename: text('filename').notNull(),
  purpose: text('purpose', { enum: ['batch', 'batch_output'] }).notNull(),
  bytes: integer('bytes').notNull(),
  createdAt: integer('created_at').notNull(),
  expiresAt: integer('expires_at').notNull(),
  /** Its parts still arrive: to its tenant it is not there yet. */
  arriving: integer('arriving', { mode: 'boolean' }).notNull().default(false),
})

export const fileParts = sqliteTable(
  'file_parts',
  {
    fileId: text('file_id').notNull(),
    number: integer('number').notNull(),
    text: text('text').notNull(),
  },
  (table) => [primaryKey({ columns: [table.fileId, table.number] })],
)

export interface BatchOptions {
  keyId: string
  endpoint: string
  completionWindow: string
  metadata: Record<string, string> | null
}

/** An error in an input file: OpenAI's code, the line, the field if any, and the message. */
export interface BatchInputError {
  code: string
  line: number
  param: string | null
  problem: Message
}

/** Batches of chat completions. */
export const batches = sqliteTable('batches', {
  id: text('id').primaryKey(),
  status: text('status', { enum: batchStatuses }).notNull(),
  options: text('options', { mode: 'json' }).$type<BatchOptions>().notNull(),
  inputFileId: text('input_file_id').notNull(),
  outputFileId: text('output_file_id'),
  errorFileId: text('error_file_id'),
  errors: text('errors', { mode: 'json' }).$type<BatchInputError[]>(),
  total: integer('total').notNull(),
  completed: integer('completed').notNull().default(0),
  failed: integer('failed').notNull().default(0),
  /** The consumer ignores messages of an older generation. */
  generation: integer('generation').notNull().default(0),
  pausedBecause: text('paused_because', { enum: pauseReasons }),
  createdAt: integer('created_at').notNull(),
  /** When its input had been found right; null before. */
  begunAt: integer('begun_at'),
  progressedAt: integer('progressed_at').notNull(),
  /** When the pending lines were enqueued anew. */
  enqueuedAt: integer('enqueued_at'),
  finishedAt: integer('finished_at'),
  expiresAt: integer('expires_at').notNull(),
})

/** One request of a batch, and its answer. */
export const batchLines = sqliteTable(
  'batch_lines',
  {
    batchId: text('batch_id').notNull(),
    position: integer('position').notNull(),
    customId: text('custom_id').notNull(),
    request: text('request').notNull(),
    state: text('state', { enum: ['pending', 'completed', 'failed', 'expired'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    statusCode: integer('status_code'),
    response: text('response'),
  },
  (table) => [
    primaryKey({ columns: [table.batchId, table.position] }),
    // what is left to do, and the lines of an output or error file
    index('batch_lines_state').on(table.batchId, table.state, table.position),
  ],
)
