import type { z } from 'zod'
import type * as wire from '../../schema/api/access.ts'
import type {
  createdKey as createdKeySchema,
  key as keySchema,
  newKey as newKeySchema,
} from '../../schema/api/keys.ts'
import type {
  deletionReceipt as deletionReceiptSchema,
  plan as planSchema,
  tenant as tenantSchema,
} from '../../schema/api/tenants.ts'
import type { ApplicationRow, KeyLimits } from '../../schema/db/control.ts'
import type { FreshKey, KeyRow } from '../auth/fresh-key.ts'
import { keyStatus } from '../auth/keys.ts'
import type { QueuedMail } from '../mail/mail-queue.ts'
import type { Request, TransitionRow } from './applications/application-store.ts'
import { waitingFor } from './applications/states.ts'
import type { ReviewContext } from './review/review-context.ts'
import type { ReviewNote } from './review/review-notes.ts'
import type { PlanRow } from './tenants/plans.ts'
import type { Receipt } from './tenants/tenant-deletion.ts'
import type { TenantRow } from './tenants/tenants.ts'

/** Turns rows into the API's objects, member by member, so that no column is exposed by accident. */

export const time = (at: number) => new Date(at).toISOString()
const timeOrNull = (at: number | null) => (at === null ? null : time(at))

type Summary = z.infer<typeof wire.applicationSummary>
type Status = z.infer<typeof wire.applicationStatus>

export function statusView(
  application: ApplicationRow,
  history: TransitionRow[],
  mail: QueuedMail | undefined,
  request: Request | undefined,
): Status {
  const { status, rejectionCode } = application
  const question = request?.messages.findLast(({ from }) => from === 'reviewer')
  return {
    id: application.id,
    status,
    waiting_for: waitingFor(status),
    submitted_at: time(application.submittedAt),
    changed_at: time(application.changedAt),
    language: application.language,
    question: status === 'info_requested' ? (question?.text ?? null) : null,
    rejection:
      rejectionCode === null
        ? null
        : {
            code: rejectionCode,
            message: request?.rejection?.message ?? '',
            may_reapply: request?.rejection?.mayReapply ?? true,
          },
    // "held" would reveal how many mails others caused to the same mailbox.
    mail: mail?.status === 'held' ? 'queued' : (mail?.status ?? null),
    // Applicants see that a reviewer acted, not which one.
    history: historyView(history, (actor) =>
      actor === 'applicant' || actor === 'system' ? actor : 'reviewer',
    ),
  }
}

export function historyView(history: TransitionRow[], toActorName = (actor: string) => actor) {
  return history.map(({ at, event, fromStatus, toStatus, actor }) => ({
    at: time(at),
    event,
    from: fromStatus,
    to: toStatus,
    by: toActorName(actor),
  }))
}

export function summaryView(
  application: ApplicationRow,
  { duplicates, latestMail, assigneeName }: ReviewContext,
  operator: string,
  now: number,
): Summary {
  return {
    id: application.id,
    revision: application.revision,
    status: application.status,
    waiting_for: waitingFor(application.status),
    waiting_seconds: Math.max(0, Math.floor((now - application.changedAt) / 1000)),
    submitted_at: time(application.submittedAt),
    changed_at: time(application.changedAt),
    language: application.language,
    purpose: application.purpose,
    affiliation: application.affiliation,
    duplicates: { same_email: duplicates.sameEmail, same_company: duplicates.sameCompany },
    mail: latestMail?.status ?? null,
    assignee:
      application.assignee === null
        ? null
        : {
            id: application.assignee,
            name: assigneeName ?? application.assignee,
            you: application.assignee === operator,
          },
    tenant_id: application.tenantId,
  }
}

export const messagesView = (request: Request | undefined) =>
  (request?.messages ?? []).map(({ from, text, at }) => ({ from, text, at: time(at) }))

export const noteView = ({ id, author, text, at }: ReviewNote): z.infer<typeof wire.reviewNote> => ({
  id,
  author,
  text,
  at: time(at),
})

export const mailView = (mail: QueuedMail) => ({
  id: mail.id,
  template: mail.template,
  status: mail.status,
  attempts: mail.attempts,
  failure: mail.failure,
  created_at: time(mail.createdAt),
  sent_at: timeOrNull(mail.sentAt),
})

export const keyView = (row: KeyRow, now: number): z.infer<typeof keySchema> => ({
  id: row.id,
  object: 'key',
  name: row.name,
  start: row.start,
  scopes: row.scopes,
  limits: row.limits === null ? null : keyLimitsView(row.limits),
  created_at: time(row.createdAt),
  expires_at: timeOrNull(row.expiresAt),
  last_used_at: timeOrNull(row.lastUsedAt),
  status: keyStatus(row, now),
  replaced_by: row.replacedBy,
})

const keyLimitsView = ({ requestsPerMinute, concurrent, tokensPerDay }: KeyLimits) => ({
  ...(requestsPerMinute !== undefined && { requests_per_minute: requestsPerMinute }),
  ...(concurrent !== undefined && { concurrent }),
  ...(tokensPerDay !== undefined && { tokens_per_day: tokensPerDay }),
})

/** The limits as they are stored; nothing where none is given. */
export function keyLimitsRow(limits: z.infer<typeof newKeySchema>['limits']): KeyLimits | null {
  if (limits === undefined) return null
  const { requests_per_minute: requestsPerMinute, concurrent, tokens_per_day: tokensPerDay } = limits
  return {
    ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    ...(concurrent !== undefined && { concurrent }),
    ...(tokensPerDay !== undefined && { tokensPerDay }),
  }
}

export const freshKeyView = ({ key, row }: FreshKey, now: number): z.infer<typeof createdKeySchema> => ({
  ...keyView(row, now),
  key,
})

export const tenantView = (row: TenantRow): z.infer<typeof tenantSchema> => ({
  id: row.id,
  mode: row.mode,
  status: row.status,
  plan: row.planId,
  models: row.models,
  scopes: row.scopes,
  application_id: row.applicationId,
  created_at: time(row.createdAt),
  expires_at: timeOrNull(row.expiresAt),
  last_used_at: timeOrNull(row.lastUsedAt),
})

export const receiptView = (receipt: Receipt): z.infer<typeof deletionReceiptSchema> => ({
  id: receipt.id,
  tenant_id: receipt.tenantId,
  deleted_at: time(receipt.deletedAt),
  keys: receipt.keys,
  sealed_records: receipt.sealedRecords,
})

export const planView = (row: PlanRow): z.infer<typeof planSchema> => ({
  id: row.id,
  name: row.name,
  requests_per_minute: row.requestsPerMinute,
  concurrent: row.concurrent,
  tokens_per_day: row.tokensPerDay,
  models: row.models,
  evaluation_rows: row.evaluationRows,
  retention_days: row.retentionDays,
})

export const planRow = (plan: z.infer<typeof planSchema>): PlanRow => ({
  id: plan.id,
  name: plan.name,
  requestsPerMinute: plan.requests_per_minute,
  concurrent: plan.concurrent,
  tokensPerDay: plan.tokens_per_day,
  models: plan.models,
  evaluationRows: plan.evaluation_rows,
  retentionDays: plan.retention_days,
})
