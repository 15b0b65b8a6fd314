import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** The acts of operators, append-only: each row carries a MAC over itself and the row before it. */
export const auditLog = sqliteTable('audit_log', {
  sequence: integer('sequence').primaryKey(),
  at: integer('at').notNull(),
  actor: text('actor').notNull(),
  action: text('action').notNull(),
  subject: text('subject').notNull(),
  /** Codes, counts, ids and the reasons operators give; never anything an applicant typed. */
  detail: text('detail', { mode: 'json' })
    .$type<Record<string, string | number | boolean | null>>()
    .notNull(),
  hash: text('hash').notNull(),
})

/** The last row's number and hash under a MAC of their own, so that a cut-off end shows. */
export const auditHead = sqliteTable('audit_head', {
  id: integer('id').primaryKey(),
  sequence: integer('sequence').notNull(),
  hash: text('hash').notNull(),
  mac: text('mac').notNull(),
})

/** Counters of attempts within a window, by keyed hash of the client. */
export const attempts = sqliteTable('attempts', {
  bucket: text('bucket').primaryKey(),
  count: integer('count').notNull(),
  endsAt: integer('ends_at').notNull(),
})
