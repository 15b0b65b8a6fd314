import { blob, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Personal data, sealed under a key of its own; destroying `wrapped_key` destroys the data. */
export const sealedRecords = sqliteTable(
  'sealed_records',
  {
    id: text('id').primaryKey(),
    applicationId: text('application_id').notNull(),
    /** `person`: who applies. `request`: what for, and the correspondence about it. `note`: one internal note. */
    kind: text('kind', { enum: ['person', 'request', 'note'] }).notNull(),
    /** Id of the master secret that wraps the record key. */
    masterKeyId: text('master_key_id').notNull(),
    wrappedKey: blob('wrapped_key', { mode: 'buffer' }).$type<Uint8Array>().notNull(),
    ciphertext: blob('ciphertext', { mode: 'buffer' }).$type<Uint8Array>().notNull(),
    sealedAt: integer('sealed_at').notNull(),
  },
  (t) => [
    index('sealed_records_by_application').on(t.applicationId),
    index('sealed_records_by_master_key').on(t.masterKeyId),
  ],
)

/** Permanent random keys of the service (keyed hashes), wrapped so that the master secret can change. */
export const serviceKeys = sqliteTable('service_keys', {
  purpose: text('purpose').primaryKey(),
  masterKeyId: text('master_key_id').notNull(),
  wrappedKey: blob('wrapped_key', { mode: 'buffer' }).$type<Uint8Array>().notNull(),
})
