import { z } from 'zod'
import { consentKinds, freeText, language, personFields, requestFields } from './application.ts'
import { described } from './described.ts'
import { models, scopeList, time } from './grant-fields.ts'

/** Applications and reviews. Times are ISO 8601 in UTC. */

export const submitted = z.object({
  id: z.string(),
  status_token: z
    .string()
    .meta(
      described(
        'Token that opens this application; shown only here',
        '이 신청을 조회하는 토큰. 지금만 표시됩니다',
      ),
    ),
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
          '`applicant`, `reviewer`, `system` 중 하나. 심사자가 조회하면 심사자 이름',
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
  .meta(described('Who has to act next; null if no one', '다음 단계를 진행할 사람. 없으면 null'))
const mail = z
  .enum(['queued', 'sending', 'sent', 'failed', 'held'])
  .nullable()
  .meta(
    described(
      'Delivery of the last email; null if none was due',
      '마지막 메일의 발송 상태. 보낼 메일이 없었으면 null',
    ),
  )

/** An application as its applicant sees it. */
export const applicationStatus = z.object({
  id: z.string(),
  status,
  waiting_for: waitingFor,
  submitted_at: time,
  changed_at: time.meta(described('Time of the last status change', '마지막 상태 변경 시각')),
  language,
  question: z
    .string()
    .nullable()
    .meta(described('Open question of the reviewer', '심사자의 질문 중 아직 답하지 않은 것')),
  rejection: z.object({ code: z.string(), message: z.string(), may_reapply: z.boolean() }).nullable(),
  mail,
  history,
})

export const ownData = applicationStatus.extend({
  form: z.record(z.string(), z.unknown()).meta(described('Fields as submitted', '제출한 항목')),
  messages: z.array(message),
  consents: z.array(
    z.object({
      kind: z.enum(consentKinds),
      granted: z.boolean(),
      version: z.string(),
      language,
      text_digest: z.string().meta(described('SHA-256 of the text shown', '표시한 문구의 SHA-256')),
      at: time,
    }),
  ),
})

const revision = z.number().int().min(0)

const operatorName = z
  .string()
  .meta(
    described(
      'Email from Cloudflare Access, or the name given at sign-in with the admin secret',
      'Cloudflare Access의 이메일, 또는 관리자 시크릿으로 로그인할 때 적은 이름',
    ),
  )
const operatorId = z
  .string()
  .meta(described('ID of the operator in the audit log', '감사 기록에 쓰는 운영자 ID'))

export const reviewer = z.object({
  id: operatorId,
  name: operatorName,
  seen_at: time.meta(described('When they last opened an application', '마지막으로 신청서를 연 시각')),
  you: z
    .boolean()
    .meta(described('Whether the request comes from this operator', '요청한 운영자 본인인지 여부')),
})

/** An application in the reviewers' list, without personal data. */
export const applicationSummary = z.object({
  id: z.string(),
  revision: revision.meta(
    described(
      'Increases with every status change and edit; a decision names the revision it is based on',
      '상태 변경과 수정마다 1씩 증가. 결정할 때는 근거가 된 값을 보냅니다',
    ),
  ),
  status,
  waiting_for: waitingFor,
  waiting_seconds: z
    .number()
    .meta(described('Time since the last status change', '마지막 상태 변경 이후 지난 시간')),
  submitted_at: time,
  changed_at: time.meta(described('Time of the last status change', '마지막 상태 변경 시각')),
  language,
  purpose: z.string().nullable(),
  affiliation: z.string().nullable(),
  duplicates: z
    .object({ same_email: z.array(z.string()), same_company: z.array(z.string()) })
    .meta(described('IDs of other applications', '다른 신청의 ID')),
  mail,
  assignee: z
    .object({ id: operatorId, name: operatorName, you: reviewer.shape.you })
    .nullable()
    .meta(described('The reviewer it is assigned to', '담당 심사자')),
  tenant_id: z
    .string()
    .nullable()
    .meta(described('Tenant created by the approval', '승인으로 생성된 테넌트')),
})

export const reviewNote = z.object({
  id: z.string(),
  author: operatorName,
  text: z.string(),
  at: time,
})

export const applicationDetail = applicationSummary.extend({
  default_plan: z
    .string()
    .meta(described('Plan used when an approval names none', '요금제를 지정하지 않고 승인할 때 쓰는 요금제')),
  request: z.object(requestFields).partial().nullable(),
  messages: z.array(message),
  notes: z
    .array(reviewNote)
    .meta(
      described(
        'Internal notes, never shown to the applicant, destroyed with the personal data',
        '내부 메모. 신청자에게는 보이지 않으며 개인정보와 함께 파기됩니다',
      ),
    ),
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
  revision: revision.meta(
    described('Revision of the application as shown here', '여기에 표시된 신청의 리비전'),
  ),
  person: z.object(personFields).partial(),
})

export const rejectionCodes = ['incomplete', 'purpose', 'security', 'licence', 'duplicate', 'other'] as const

/** Decisions are about what was shown: one about an application that changed since is refused. */
const shownRevision = revision.meta(
  described('`revision` of the application the decision is based on', '결정의 근거가 된 신청의 `revision`'),
)

export const approval = z.strictObject({
  revision: shownRevision,
  plan: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta(described('Default: `default_plan`', '기본값: `default_plan`')),
  models: models.optional().meta(described('Default: those of the plan', '기본값: 요금제의 값')),
  scopes: scopeList.optional().meta(described('Default: all', '기본값: 전체')),
  expires_at: time.optional().meta(described('Default: one year from now', '기본값: 1년 뒤')),
})
export const rejection = z.strictObject({
  revision: shownRevision,
  code: z.enum(rejectionCodes),
  message: freeText(2000),
  may_reapply: z.boolean().optional().meta(described('Default true', '기본값 true')),
})
export const question = z.strictObject({ revision: shownRevision, question: freeText(2000) })
export const note = z.strictObject({ text: freeText(4000) })
export const assignment = z.strictObject({
  reviewer: z
    .string()
    .max(254)
    .nullable()
    .meta(
      described(
        'ID of a reviewer, `me`, or null for nobody',
        '심사자 ID 또는 `me`(본인). 담당을 해제하려면 null',
      ),
    ),
  shown: z
    .string()
    .max(254)
    .nullable()
    .meta(
      described(
        'ID of the assignee as shown; refused with `conflict` if it has changed since',
        '화면에 표시된 담당자의 ID. 그사이 바뀌었으면 `conflict`로 거절됩니다',
      ),
    ),
})
export const reason = z.strictObject({ reason: freeText(500) })
