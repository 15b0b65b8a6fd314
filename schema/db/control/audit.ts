import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** What operators did, append-only: each row carries a keyed hash over itself and the row before it. */
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

/** The last row's number and hash, so that cutting off the end shows as well. */
export const auditHead = sqliteTable('audit_head', {
  id: integer('id').primaryKey(),
  sequence: integer('sequence').notNull(),
  hash: text('hash').notNull(),
})

/** Counters of attempts within a window, by keyed hash of whoever attempts. */
export const attempts = sqliteTable('attempts', {
  bucket: text('bucket').primaryKey(),
  count: integer('count').notNull(),
  endsAt: integer('ends_at').notNull(),
})
