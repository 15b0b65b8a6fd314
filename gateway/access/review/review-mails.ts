import { and, desc, eq } from 'drizzle-orm'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { mails } from '../../../schema/db/control.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import type { MailQueue } from '../../mail/mail-queue.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'

interface Parts {
  database: ControlDatabase
  audit: AuditLog
  mailQueue: MailQueue
}

/** The mails of applications, as reviewers see and resend them. */
export class ReviewMails {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The newest mails of an application. */
  list(id: string) {
    return this.#parts.database
      .select()
      .from(mails)
      .where(eq(mails.applicationId, id))
      .orderBy(desc(mails.createdAt), desc(mails.id))
      .limit(50)
  }

  /** Notes that a mail which was sent has come back. */
  async bounced(mailId: string, actor: string): Promise<void> {
    const { database, audit } = this.#parts
    const mail = await database.select().from(mails).where(eq(mails.id, mailId)).get()
    if (mail === undefined) {
      throw new FailureError({ code: 'not_found', ...reason('no_mail'), source: 'gateway' })
    }
    if (mail.status !== 'sent') return
    const subject = mail.applicationId ?? mailId
    await audit.commit({ actor, action: 'mail.bounce', subject, detail: { template: mail.template } }, [
      database
        .update(mails)
        .set({ status: 'failed', failure: 'bounced' })
        .where(and(eq(mails.id, mailId), eq(mails.status, 'sent'))),
    ])
  }

  /** Sends a mail once more, with a fresh link where it has one. */
  async resend(id: string, mailId: string, actor: string): Promise<void> {
    const { database, audit, mailQueue } = this.#parts
    const mail = await database
      .select()
      .from(mails)
      .where(and(eq(mails.id, mailId), eq(mails.applicationId, id)))
      .get()
    if (mail === undefined) {
      throw new FailureError({ code: 'not_found', ...reason('no_mail'), source: 'gateway' })
    }
    await audit.commit({ actor, action: 'mail.resend', subject: id, detail: { template: mail.template } }, [
      mailQueue.queue(id, mail.template, { ...(mail.subjectId !== null && { subjectId: mail.subjectId }) }),
    ])
  }
}
