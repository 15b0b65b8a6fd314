import { z } from 'zod'
import { consentKinds, freeText, language, personFields, requestFields } from './application.ts'
import { scopes } from './scopes.ts'

/** What the access gate answers and, for reviewers and tenants, takes. Times are ISO 8601 in UTC. */

const time = z.iso.datetime()
const scopeList = z.array(z.enum(scopes)).min(1).max(scopes.length)
const models = z.array(z.string().min(1).max(200)).min(1).max(50)

export const submitted = z.object({
  id: z.string(),
  status_token: z.string().meta({ description: 'Opens this application; shown here alone' }),
  status: z.string(),
})

const message = z.object({ from: z.enum(['reviewer', 'applicant']), text: z.string(), at: time })
const history = z.array(
  z.object({
    at: time,
    event: z.string(),
    from: z.string().meta({ description: 'The status before' }),
    to: z.string().meta({ description: 'The status after' }),
    by: z.string().meta({ description: '`applicant`, `reviewer` or `system`; to reviewers, which reviewer' }),
  }),
)

const status = z.string().meta({
  description:
    '`submitted`, `verified`, `in_review`, `info_requested`, `approved`, `rejected`, `claimed`, `active`, `withdrawn` or `expired`',
})
const waitingFor = z
  .enum(['applicant', 'reviewer'])
  .nullable()
  .meta({ description: 'Whose turn it is; null when nobody has to act' })
const mail = z
  .enum(['queued', 'sending', 'sent', 'failed', 'held'])
  .nullable()
  .meta({ description: 'How the last mail fared; null where none was due' })

/** What the applicant sees. */
export const applicationStatus = z.object({
  id: z.string(),
  status,
  waiting_for: waitingFor,
  submitted_at: time,
  changed_at: time.meta({ description: 'Of the last step' }),
  language,
  question: z.string().nullable().meta({ description: 'What the reviewer asked and nobody answered yet' }),
  rejection: z.object({ code: z.string(), message: z.string(), may_reapply: z.boolean() }).nullable(),
  mail,
  history,
})

export const ownData = applicationStatus.extend({
  form: z.record(z.string(), z.unknown()).meta({ description: 'The fields as they were filled in' }),
  messages: z.array(message),
  consents: z.array(
    z.object({
      kind: z.enum(consentKinds),
      granted: z.boolean(),
      version: z.string(),
      language,
      text_digest: z.string().meta({ description: 'SHA-256 of the text that was shown' }),
      at: time,
    }),
  ),
})

const revision = z.number().int().min(0)

/** What a reviewer sees in the list: nothing that tells who it is. */
export const applicationSummary = z.object({
  id: z.string(),
  revision: revision.meta({
    description: 'Counts every step and edit; decisions name the one they are about',
  }),
  status,
  waiting_for: waitingFor,
  waiting_seconds: z.number().meta({ description: 'Since the last step' }),
  submitted_at: time,
  changed_at: time.meta({ description: 'Of the last step' }),
  language,
  purpose: z.string().nullable(),
  affiliation: z.string().nullable(),
  duplicates: z
    .object({ same_email: z.array(z.string()), same_company: z.array(z.string()) })
    .meta({ description: 'Ids of other applications' }),
  mail,
  tenant_id: z.string().nullable().meta({ description: 'Made by the approval' }),
})

export const applicationDetail = applicationSummary.extend({
  default_plan: z.string().meta({ description: 'The plan of an approval that names none' }),
  request: z.object(requestFields).partial().nullable(),
  messages: z.array(message),
  history,
  mails: z.array(
    z.object({
      id: z.string(),
      template: z.string(),
      status: z.string(),
      attempts: z.number(),
      failure: z.string().nullable(),
      created_at: time,
      sent_at: time.nullable(),
    }),
  ),
})

export const revealed = z.object({
  id: z.string(),
  revision: revision.meta({ description: 'Of the application as it is shown here' }),
  person: z.object(personFields).partial(),
})

export const rejectionCodes = ['incomplete', 'purpose', 'security', 'licence', 'duplicate', 'other'] as const

/** Decisions are about what was shown: one about an application that changed since is refused. */
const shownRevision = revision.meta({ description: 'The `revision` of the application as it was shown' })

export const approval = z.strictObject({
  revision: shownRevision,
  plan: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'Left out, `default_plan` as it was shown' }),
  models: models.optional().meta({ description: "Left out, the plan's" }),
  scopes: scopeList.optional().meta({ description: 'Left out, all' }),
  expires_at: time.optional().meta({ description: 'Left out, a year from now' }),
})
/** Null takes a restriction away. */
export const grantChange = z.strictObject({
  plan: z.string().min(1).max(64).optional(),
  models: models.nullable().optional(),
  scopes: scopeList.optional(),
  expires_at: time.nullable().optional(),
})
export const rejection = z.strictObject({
  revision: shownRevision,
  code: z.enum(rejectionCodes),
  message: freeText(2000),
  may_reapply: z.boolean().optional().meta({ description: 'Default true' }),
})
export const question = z.strictObject({ revision: shownRevision, question: freeText(2000) })
export const reason = z.strictObject({ reason: freeText(500) })

/** Bounds of one key, below those of its tenant's plan. */
const keyLimits = z.strictObject({
  requests_per_minute: z.number().int().min(1).max(100_000).optional(),
  concurrent: z.number().int().min(1).max(10_000).optional().meta({ description: 'Runs at a time' }),
  tokens_per_day: z
    .number()
    .int()
    .min(1)
    .max(1e12)
    .optional()
    .meta({ description: 'Of prompts and answers, from midnight to midnight in Korea' }),
})

export const key = z.object({
  id: z.string(),
  object: z.literal('key'),
  name: z.string(),
  start: z.string().meta({ description: 'The first 13 characters of the key' }),
  scopes: scopeList,
  limits: keyLimits.nullable().meta({ description: "The key's own, below the plan's; null for none" }),
  created_at: time,
  expires_at: time
    .nullable()
    .meta({ description: 'Its own end or that of the tenant, whichever is earlier; null for none' }),
  last_used_at: time.nullable().meta({ description: 'To the hour; null before the first use' }),
  status: z
    .enum(['active', 'expiring', 'expired', 'revoked'])
    .meta({ description: '`expiring`: replaced, and working until its grace period ends' }),
  replaced_by: z.string().nullable().meta({ description: 'Id of the key that a rotation made' }),
})
export const createdKey = key.extend({
  key: z.string().meta({ description: 'The key itself; shown here alone' }),
})
export const newKey = z.strictObject({
  name: freeText(100),
  scopes: scopeList.optional().meta({ description: 'Left out, all that the tenant has' }),
  limits: keyLimits.optional(),
  expires_at: time.optional().meta({ description: 'Left out, it ends with the tenant' }),
})
/** What is left out stays; null takes the key's own bounds away. */
export const keyChange = z.strictObject({
  name: freeText(100).optional(),
  limits: keyLimits
    .nullable()
    .optional()
    .meta({ description: "Replaces all of them; null takes the key's own away" }),
})
export const rotation = z.strictObject({
  grace_seconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86400)
    .optional()
    .meta({ description: 'How long the replaced key works on; default 86400, a day' }),
})

/** What a claim answers, once: the first key of the new tenant. */
export const claimed = z.object({ tenant_id: z.string(), plan: z.string(), ...createdKey.shape })

export const plan = z.object({
  id: z.string(),
  name: z.string(),
  requests_per_minute: z.number().int().min(1).max(100_000),
  concurrent: z.number().int().min(1).max(10_000).meta({ description: 'Runs at a time' }),
  tokens_per_day: z
    .number()
    .int()
    .min(1)
    .max(1e12)
    .meta({ description: 'Of prompts and answers, from midnight to midnight in Korea' }),
  models: models.nullable().meta({ description: 'Null allows every model served' }),
  evaluation_rows: z.number().int().min(1).max(1_000_000).meta({ description: 'Most rows of an evaluation' }),
  retention_days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .meta({ description: 'Days until judgments and evaluations are deleted' }),
})

export const tenant = z.object({
  id: z.string(),
  mode: z
    .enum(['live', 'test'])
    .meta({ description: 'What its keys begin with: `kev_live_` or `kev_test_`' }),
  status: z.enum(['active', 'suspended', 'deleting']),
  plan: z.string(),
  models: z.array(z.string()).nullable().meta({ description: "Null allows the plan's" }),
  scopes: scopeList,
  application_id: z.string().nullable().meta({ description: 'Null for the demo tenant' }),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable().meta({ description: 'To the hour; null before the first use' }),
})

export const deletionReceipt = z.object({
  id: z.string(),
  tenant_id: z.string(),
  deleted_at: time,
  keys: z.number().meta({ description: 'How many were revoked' }),
  sealed_records: z.number().meta({ description: 'How many records of personal data were destroyed' }),
})

export const auditRow = z.object({
  sequence: z.number().meta({ description: 'From 1, without gaps' }),
  at: time,
  actor: z.string().meta({ description: '`admin-secret`, or the address that Access signed in' }),
  action: z.string(),
  subject: z.string().meta({ description: 'What it was done to, by id' }),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string().meta({ description: 'Over this row and the hash before it' }),
})

export const listSchema = <T extends z.ZodType>(item: T) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    has_more: z.boolean().meta({ description: 'Whether more follow the last entry' }),
  })
