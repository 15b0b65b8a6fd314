import { and, asc, eq, gt, inArray, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import { mails } from '../../schema/db/control.ts'
import { newId } from '../auth/token.ts'
import type { RandomBytes } from '../platform/base62.ts'
import type { ControlDatabase, Write } from '../platform/control-database.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { type ComposedMail, MailRefused, type MailTransport } from './mail-transport.ts'

export type QueuedMail = typeof mails.$inferSelect

/** Composes a mail when it is sent; null if it has become pointless, for example after a withdrawal. */
export type ComposeMail = (mail: QueuedMail) => Promise<ComposedMail | null>

const minute = 60_000
/** The wait after each failed try; after the last one a person has to send the mail again. */
const pauses = [minute, 5 * minute, 30 * minute, 2 * 60 * minute, 12 * 60 * minute]
/** A sender that has not finished by then has crashed, and another takes over. */
const lease = 2 * minute

/** Returns whether a mail is due, or scheduled further ahead than the maximum delay because the clock was set back. */
function isDue(now: number): SQL {
  const cases = pauses.map((pause, i) => sql`when ${i + 1} then ${pause}`)
  const maxWait = sql`case when ${mails.status} = 'sending' then ${lease} else (case ${mails.attempts} ${sql.join(cases, sql` `)} else 0 end) end`
  return or(lte(mails.dueAt, now), gt(mails.dueAt, sql`${now} + ${maxWait}`))!
}

/**
 * Queued mails. A mail is a row in the transaction of the step that causes it, so a crash between an approval and its
 * mail loses nothing; it is sent after the response, and again by the scheduled work.
 */
export class MailQueue {
  readonly #database: ControlDatabase
  readonly #mail: MailTransport
  readonly #compose: ComposeMail
  readonly #now: () => number
  readonly #random: RandomBytes

  constructor(parts: {
    database: ControlDatabase
    mail: MailTransport
    compose: ComposeMail
    now: () => number
    random: RandomBytes
  }) {
    this.#database = parts.database
    this.#mail = parts.mail
    this.#compose = parts.compose
    this.#now = parts.now
    this.#random = parts.random
  }

  /** The row to commit with the step; `held` where too many mails have gone to the address already. */
  queue(
    applicationId: string,
    template: string,
    options: { subjectId?: string; held?: boolean } = {},
  ): Write {
    const now = this.#now()
    return this.#database.insert(mails).values({
      id: newId('mail', this.#random),
      applicationId,
      template,
      subjectId: options.subjectId ?? null,
      status: options.held ? 'held' : 'queued',
      attempts: 0,
      dueAt: now,
      createdAt: now,
    })
  }

  /** Queues a mail to the reviewers, unless one with this template was queued within the interval. */
  async queueForReviewers(template: string, intervalMs: number): Promise<void> {
    const now = this.#now()
    // one statement: of two isolates that come here at once one queues the mail
    await this.#database.run(sql`
      insert into mails (id, template, status, attempts, due_at, created_at)
      select ${newId('mail', this.#random)}, ${template}, 'queued', 0, ${now}, ${now}
      where not exists (
        select 1 from mails
        where application_id is null and template = ${template}
          and created_at > ${now - intervalMs} and created_at <= ${now}
      )`)
  }

  /** Sends due mails: of one application, those to the reviewers (null), or all. */
  async sendDue(applicationId?: string | null): Promise<number> {
    const due = await this.#database
      .select()
      .from(mails)
      .where(
        and(
          inArray(mails.status, ['queued', 'sending']),
          isDue(this.#now()),
          applicationId === undefined
            ? undefined
            : applicationId === null
              ? isNull(mails.applicationId)
              : eq(mails.applicationId, applicationId),
        ),
      )
      .orderBy(asc(mails.dueAt))
      .limit(50)
    for (const mail of due) await this.#send(mail)
    return due.length
  }

  async #send(mail: QueuedMail): Promise<void> {
    if (!(await this.#take(mail))) return
    const attempts = mail.attempts + 1
    try {
      const composed = await this.#compose(mail)
      if (composed === null) return await this.#drop(mail)
      await this.#mail.send(composed, mail.id)
      await this.#record(mail, { status: 'sent', sentAt: this.#now(), attempts, failure: null })
    } catch (error) {
      logUnexpected(error, { work: 'mail', mail: mail.id })
      const isRefused = error instanceof MailRefused
      const pause = isRefused ? undefined : pauses[mail.attempts]
      await this.#record(mail, {
        status: pause === undefined ? 'failed' : 'queued',
        dueAt: this.#now() + (pause ?? 0),
        failure: isRefused ? 'refused' : 'not_delivered',
        attempts,
      })
    }
  }

  /** Two senders may see the same row; the one whose update changes it sends. */
  async #take(mail: QueuedMail): Promise<boolean> {
    const taken = await this.#database
      .update(mails)
      .set({ status: 'sending', dueAt: this.#now() + lease })
      .where(and(eq(mails.id, mail.id), eq(mails.status, mail.status), eq(mails.dueAt, mail.dueAt)))
      .returning({ id: mails.id })
    return taken.length === 1
  }

  async #drop(mail: QueuedMail): Promise<void> {
    await this.#database.delete(mails).where(eq(mails.id, mail.id))
  }

  async #record(mail: QueuedMail, changes: Partial<QueuedMail>): Promise<void> {
    await this.#database.update(mails).set(changes).where(eq(mails.id, mail.id))
  }
}
