import { z } from 'zod'
import { consentKinds, language, personFields, requestFields, typedText } from './application.ts'
import { scopes } from './scopes.ts'

/** What the access gate answers and, for reviewers and tenants, takes. Times are ISO 8601 in UTC. */

const time = z.iso.datetime()
const scopeList = z.array(z.enum(scopes)).min(1).max(scopes.length)
const models = z.array(z.string().min(1).max(200)).min(1).max(50)

export const submitted = z.object({ id: z.string(), status_token: z.string(), status: z.string() })

const message = z.object({ from: z.enum(['reviewer', 'applicant']), text: z.string(), at: time })
const history = z.array(
  z.object({ at: time, event: z.string(), from: z.string(), to: z.string(), by: z.string() }),
)

/** What the applicant sees. */
export const applicationStatus = z.object({
  id: z.string(),
  status: z.string(),
  waiting_for: z.enum(['applicant', 'reviewer']).nullable(),
  submitted_at: time,
  changed_at: time,
  language,
  question: z.string().nullable(),
  rejection: z.object({ code: z.string(), message: z.string(), may_reapply: z.boolean() }).nullable(),
  mail: z.enum(['queued', 'sending', 'sent', 'failed', 'held']).nullable(),
  history,
})

export const ownData = applicationStatus.extend({
  form: z.record(z.string(), z.unknown()),
  messages: z.array(message),
  consents: z.array(
    z.object({
      kind: z.enum(consentKinds),
      granted: z.boolean(),
      version: z.string(),
      language,
      text_digest: z.string(),
      at: time,
    }),
  ),
})

/** What a reviewer sees in the list: nothing that tells who it is. */
export const applicationSummary = z.object({
  id: z.string(),
  status: z.string(),
  waiting_for: z.enum(['applicant', 'reviewer']).nullable(),
  waiting_seconds: z.number(),
  submitted_at: time,
  changed_at: time,
  language,
  purpose: z.string().nullable(),
  affiliation: z.string().nullable(),
  duplicates: z.object({ same_email: z.array(z.string()), same_company: z.array(z.string()) }),
  mail: z.enum(['queued', 'sending', 'sent', 'failed', 'held']).nullable(),
  tenant_id: z.string().nullable(),
})

export const applicationDetail = applicationSummary.extend({
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

export const revealed = z.object({ id: z.string(), person: z.object(personFields).partial() })

export const rejectionCodes = ['incomplete', 'purpose', 'security', 'licence', 'duplicate', 'other'] as const

export const approval = z.strictObject({
  plan: z.string().min(1).max(64).optional(),
  models: models.optional(),
  scopes: scopeList.optional(),
  expires_at: time.optional(),
})
/** Null takes a restriction away. */
export const grantChange = z.strictObject({
  plan: z.string().min(1).max(64).optional(),
  models: models.nullable().optional(),
  scopes: scopeList.optional(),
  expires_at: time.nullable().optional(),
})
export const rejection = z.strictObject({
  code: z.enum(rejectionCodes),
  message: typedText(2000),
  may_reapply: z.boolean().optional(),
})
export const question = z.strictObject({ question: typedText(2000) })
export const reason = z.strictObject({ reason: typedText(500) })

/** Bounds of one key, below those of its tenant's plan. */
const keyLimits = z.strictObject({
  requests_per_minute: z.number().int().min(1).max(100_000).optional(),
  concurrent: z.number().int().min(1).max(10_000).optional(),
  tokens_per_day: z.number().int().min(1).max(1e12).optional(),
})

export const key = z.object({
  id: z.string(),
  object: z.literal('key'),
  name: z.string(),
  start: z.string(),
  scopes: scopeList,
  limits: keyLimits.nullable(),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
  status: z.enum(['active', 'expiring', 'expired', 'revoked']),
  replaced_by: z.string().nullable(),
})
export const createdKey = key.extend({ key: z.string() })
export const newKey = z.strictObject({
  name: typedText(100),
  scopes: scopeList.optional(),
  limits: keyLimits.optional(),
  expires_at: time.optional(),
})
/** What is left out stays; null takes the key's own bounds away. */
export const keyChange = z.strictObject({
  name: typedText(100).optional(),
  limits: keyLimits.nullable().optional(),
})
/** How long the replaced key keeps working; up to 30 days. */
export const rotation = z.strictObject({
  grace_seconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86400)
    .optional(),
})

/** What a claim answers, once: the first key of the new tenant. */
export const claimed = z.object({ tenant_id: z.string(), plan: z.string(), ...createdKey.shape })

export const plan = z.object({
  id: z.string(),
  name: z.string(),
  requests_per_minute: z.number().int().min(1).max(100_000),
  concurrent: z.number().int().min(1).max(10_000),
  tokens_per_day: z.number().int().min(1).max(1e12),
  models: models.nullable(),
  evaluation_rows: z.number().int().min(1).max(1_000_000),
  retention_days: z.number().int().min(1).max(3650),
})

export const tenant = z.object({
  id: z.string(),
  mode: z.enum(['live', 'test']),
  status: z.enum(['active', 'suspended', 'deleting']),
  plan: z.string(),
  models: z.array(z.string()).nullable(),
  scopes: scopeList,
  application_id: z.string().nullable(),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable(),
})

export const deletionReceipt = z.object({
  id: z.string(),
  tenant_id: z.string(),
  deleted_at: time,
  keys: z.number(),
  sealed_records: z.number(),
})

export const auditRow = z.object({
  sequence: z.number(),
  at: time,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  hash: z.string(),
})

export const listOf = <T extends z.ZodType>(item: T) =>
  z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() })
