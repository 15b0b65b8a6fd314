import { index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/**
 * Mails to send and sent. A row names a template and, unless it goes to the reviewers, an application: address, text and links come into
 * being at the moment of sending, so that neither personal data nor a link's secret ever rests here.
 */
export const mails = sqliteTable(
  'mails',
  {
    id: text('id').primaryKey(),
    /** Null for mails to the reviewers. */
    applicationId: text('application_id'),
    template: text('template').notNull(),
    /** A further subject of the template, for example a key's id. */
    subjectId: text('subject_id'),
    status: text('status', { enum: ['queued', 'sending', 'sent', 'failed', 'held'] }).notNull(),
    attempts: integer('attempts').notNull(),
    /** When it may next be tried; while sending, when another sender may take it over. */
    dueAt: integer('due_at').notNull(),
    /** A stable word for what went wrong, never the transport's own text, which may quote the address. */
    failure: text('failure'),
    createdAt: integer('created_at').notNull(),
    sentAt: integer('sent_at'),
  },
  (t) => [index('mails_by_due').on(t.status, t.dueAt), index('mails_by_application').on(t.applicationId)],
)
