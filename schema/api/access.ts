import { z } from 'zod'
import { consentKinds, freeText, language, personFields, requestFields } from './application.ts'
import { described } from './described.ts'
import { models, scopeList, time } from './grant-fields.ts'

/** Applications and reviews. Times are ISO 8601 in UTC. */

export const submitted = z.object({
  id: z.string(),
  status_token: z
    .string()
    .meta(described('Opens this application; shown here alone', '이 신청을 여는 토큰. 여기서만 보여 줍니다')),
  status: z.string(),
})

const message = z.object({ from: z.enum(['reviewer', 'applicant']), text: z.string(), at: time })
const history = z.array(
  z.object({
    at: time,
    event: z.string(),
    from: z.string().meta(described('The status before', '바뀌기 전 상태')),
    to: z.string().meta(described('The status after', '바뀐 뒤 상태')),
    by: z
      .string()
      .meta(
        described(
          '`applicant`, `reviewer` or `system`; to reviewers, which reviewer',
          '`applicant`, `reviewer`, `system` 가운데 하나. 심사자에게는 어느 심사자인지',
        ),
      ),
  }),
)

const status = z
  .string()
  .meta(
    described(
      '`submitted`, `verified`, `in_review`, `info_requested`, `approved`, `rejected`, `claimed`, `active`, `withdrawn` or `expired`',
      '`submitted`, `verified`, `in_review`, `info_requested`, `approved`, `rejected`, `claimed`, `active`, `withdrawn`, `expired` 가운데 하나',
    ),
  )
const waitingFor = z
  .enum(['applicant', 'reviewer'])
  .nullable()
  .meta(described('Whose turn it is; null when nobody has to act', '누구의 차례인지. 할 일이 없으면 null'))
const mail = z
  .enum(['queued', 'sending', 'sent', 'failed', 'held'])
  .nullable()
  .meta(
    described(
      'How the last mail fared; null where none was due',
      '마지막 메일의 상태. 보낼 것이 없었으면 null',
    ),
  )

/** An application as its applicant sees it. */
export const applicationStatus = z.object({
  id: z.string(),
  status,
  waiting_for: waitingFor,
  submitted_at: time,
  changed_at: time.meta(described('Of the last step', '마지막으로 바뀐 때')),
  language,
  question: z
    .string()
    .nullable()
    .meta(
      described('What the reviewer asked and nobody answered yet', '심사자가 물었고 아직 답하지 않은 것'),
    ),
  rejection: z.object({ code: z.string(), message: z.string(), may_reapply: z.boolean() }).nullable(),
  mail,
  history,
})

export const ownData = applicationStatus.extend({
  form: z
    .record(z.string(), z.unknown())
    .meta(described('The fields as they were filled in', '적은 그대로의 항목')),
  messages: z.array(message),
  consents: z.array(
    z.object({
      kind: z.enum(consentKinds),
      granted: z.boolean(),
      version: z.string(),
      language,
      text_digest: z.string().meta(described('SHA-256 of the text that was shown', '보여 준 문구의 SHA-256')),
      at: time,
    }),
  ),
})

const revision = z.number().int().min(0)

/** An application in the reviewers' list, without personal data. */
export const applicationSummary = z.object({
  id: z.string(),
  revision: revision.meta(
    described(
      'Counts every step and edit; decisions name the one they are about',
      '단계와 수정마다 1씩 늘어납니다. 결정할 때 어느 내용을 보고 정했는지 이 값으로 밝힙니다',
    ),
  ),
  status,
  waiting_for: waitingFor,
  waiting_seconds: z.number().meta(described('Since the last step', '마지막으로 바뀐 뒤부터')),
  submitted_at: time,
  changed_at: time.meta(described('Of the last step', '마지막으로 바뀐 때')),
  language,
  purpose: z.string().nullable(),
  affiliation: z.string().nullable(),
  duplicates: z
    .object({ same_email: z.array(z.string()), same_company: z.array(z.string()) })
    .meta(described('Ids of other applications', '다른 신청의 id')),
  mail,
  tenant_id: z.string().nullable().meta(described('Made by the approval', '승인으로 만들어진 테넌트')),
})

export const applicationDetail = applicationSummary.extend({
  default_plan: z
    .string()
    .meta(
      described(
        'The plan of an approval that names none',
        '요금제를 지정하지 않고 승인할 때 적용되는 요금제',
      ),
    ),
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
  revision: revision.meta(described('Of the application as it is shown here', '여기에 표시된 신청의 값')),
  person: z.object(personFields).partial(),
})

export const rejectionCodes = ['incomplete', 'purpose', 'security', 'licence', 'duplicate', 'other'] as const

/** Decisions are about what was shown: one about an application that changed since is refused. */
const shownRevision = revision.meta(
  described('The `revision` of the application as it was shown', '검토할 때 본 신청의 `revision`'),
)

export const approval = z.strictObject({
  revision: shownRevision,
  plan: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta(described('Left out, `default_plan` as it was shown', '생략하면 표시된 `default_plan`')),
  models: models.optional().meta(described("Left out, the plan's", '빼면 요금제의 것')),
  scopes: scopeList.optional().meta(described('Left out, all', '빼면 모두')),
  expires_at: time.optional().meta(described('Left out, a year from now', '빼면 지금부터 1년')),
})
export const rejection = z.strictObject({
  revision: shownRevision,
  code: z.enum(rejectionCodes),
  message: freeText(2000),
  may_reapply: z.boolean().optional().meta(described('Default true', '기본은 true')),
})
export const question = z.strictObject({ revision: shownRevision, question: freeText(2000) })
export const reason = z.strictObject({ reason: freeText(500) })
