import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { deliveryFailures, type WebhookEvent } from '../api/webhooks.ts'

/** Ends of evaluations and audits whose notifications are still pending. */
export const completions = sqliteTable('completions', {
  /** `webhook-id` of the message. */
  id: text('id').primaryKey(),
  event: text('event').$type<WebhookEvent>().notNull(),
  /** Id of the evaluation or audit. */
  subject: text('subject').notNull(),
  evaluationId: text('evaluation_id').notNull(),
  at: integer('at').notNull(),
})

/** Messages to webhooks. The body is emptied when a message needs no further attempt. */
export const webhookDeliveries = sqliteTable(
  'webhook_deliveries',
  {
    webhookId: text('webhook_id').notNull(),
    id: text('id').notNull(),
    event: text('event').notNull(),
    subject: text('subject').notNull(),
    body: text('body').notNull(),
    status: text('status', { enum: ['pending', 'delivered', 'failed'] }).notNull(),
    attempts: integer('attempts').notNull().default(0),
    httpStatus: integer('http_status'),
    failure: text('failure', { enum: deliveryFailures }),
    createdAt: integer('created_at').notNull(),
    /** When it is tried next; null when it is over. */
    dueAt: integer('due_at'),
    finishedAt: integer('finished_at'),
  },
  (table) => [
    primaryKey({ columns: [table.webhookId, table.id] }),
    index('webhook_deliveries_due').on(table.dueAt),
    index('webhook_deliveries_age').on(table.webhookId, table.createdAt),
  ],
)
