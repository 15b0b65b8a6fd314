import { z } from 'zod'
import { consentKinds, freeText, language, personFields, requestFields } from './application.ts'
import { models, scopeList, time } from './grant-fields.ts'

/** Applications and reviews. Times are ISO 8601 in UTC. */

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

/** An application as its applicant sees it. */
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

/** An application in the reviewers' list, without personal data. */
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
export const rejection = z.strictObject({
  revision: shownRevision,
  code: z.enum(rejectionCodes),
  message: freeText(2000),
  may_reapply: z.boolean().optional().meta({ description: 'Default true' }),
})
export const question = z.strictObject({ revision: shownRevision, question: freeText(2000) })
export const reason = z.strictObject({ reason: freeText(500) })
