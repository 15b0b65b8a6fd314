import { sql } from 'drizzle-orm'
import type { WebhookEvent } from '../../schema/api/webhooks.ts'
import { mails, tenants } from '../../schema/db/control.ts'
import type { ControlDatabase } from '../platform/control-database.ts'

const templates = {
  'evaluation.completed': 'evaluation_completed',
  'evaluation.failed': 'evaluation_failed',
  'evaluation.cancelled': 'evaluation_cancelled',
} as const

export interface CompletionMail {
  id: string
  tenantId: string
  template: (typeof templates)[keyof typeof templates]
  evaluationId: string
}

/** The mail that tells of an event; null where none does. */
export const toMailTemplate = (event: WebhookEvent): CompletionMail['template'] | null =>
  event in templates ? templates[event as keyof typeof templates] : null

/** Queues a mail to the applicant of a tenant; one that has no application gets none, and an id only one. */
export const completionMailQueue =
  (database: ControlDatabase, now: () => number) =>
  async ({ id, tenantId, template, evaluationId }: CompletionMail): Promise<void> => {
    const at = now()
    await database.run(sql`
      insert into ${mails} (id, application_id, template, subject_id, status, attempts, due_at, created_at)
      select ${id}, application_id, ${template}, ${evaluationId}, 'queued', 0, ${at}, ${at}
      from ${tenants} where id = ${tenantId} and application_id is not null and status = 'active'
      on conflict do nothing`)
  }
