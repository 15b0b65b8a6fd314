import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { applicationStatuses } from '../../api/application-status.ts'

/**
 * An application for access. It holds nothing personal: what the applicant typed lies sealed in
 * `sealed_records`, and addresses are kept as keyed hashes, emptied when the data is destroyed.
 */
export const applications = sqliteTable(
  'applications',
  {
    id: text('id').primaryKey(),
    status: text('status', { enum: applicationStatuses }).notNull(),
    /** Counts the transitions and edits; two writers that start from the same number cannot both win. */
    revision: integer('revision').notNull(),
    language: text('language', { enum: ['ko', 'en'] }).notNull(),
    purpose: text('purpose'),
    affiliation: text('affiliation'),
    emailHash: text('email_hash'),
    companyHash: text('company_hash'),
    statusTokenHash: text('status_token_hash').notNull(),
    submittedAt: integer('submitted_at').notNull(),
    /** Start of the current wait, from which waiting times and retention periods count. */
    changedAt: integer('changed_at').notNull(),
    rejectionCode: text('rejection_code'),
    tenantId: text('tenant_id'),
    /** The reviewer who takes care of it, by operator id. */
    assignee: text('assignee'),
    dataDestroyedAt: integer('data_destroyed_at'),
  },
  (t) => [
    index('applications_by_status').on(t.status, t.changedAt),
    index('applications_by_email').on(t.emailHash),
    index('applications_by_company').on(t.companyHash),
    index('applications_by_tenant').on(t.tenantId),
  ],
)

export type ApplicationRow = typeof applications.$inferSelect

/** Every step of every application: who, when, why. The primary key is what lets one of two racers win. */
export const applicationTransitions = sqliteTable(
  'application_transitions',
  {
    applicationId: text('application_id').notNull(),
    revision: integer('revision').notNull(),
    event: text('event').notNull(),
    fromStatus: text('from_status').notNull(),
    toStatus: text('to_status').notNull(),
    actor: text('actor').notNull(),
    reason: text('reason'),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.applicationId, t.revision] })],
)

/** Consents given or refused, with the version and digest of the text that was shown. */
export const consents = sqliteTable(
  'consents',
  {
    applicationId: text('application_id').notNull(),
    kind: text('kind').notNull(),
    granted: integer('granted', { mode: 'boolean' }).notNull(),
    version: text('version').notNull(),
    language: text('language', { enum: ['ko', 'en'] }).notNull(),
    textDigest: text('text_digest').notNull(),
    at: integer('at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.applicationId, t.kind] })],
)

/** Links sent by mail that work once: e-mail verification, key claims, lost status tokens. Only hashes of the tokens. */
export const oneTimeTokens = sqliteTable(
  'one_time_tokens',
  {
    tokenHash: text('token_hash').primaryKey(),
    purpose: text('purpose', { enum: ['verify', 'claim', 'status'] }).notNull(),
    applicationId: text('application_id').notNull(),
    expiresAt: integer('expires_at').notNull(),
  },
  (t) => [index('one_time_tokens_by_application').on(t.applicationId)],
)
