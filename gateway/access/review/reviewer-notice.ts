import { and, count, eq, gt, isNull, lte, max } from 'drizzle-orm'
import { applications, mails } from '../../../schema/db/control.ts'
import type { MailQueue } from '../../mail/mail-queue.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'

interface Parts {
  database: ControlDatabase
  mailQueue: MailQueue
  /** Mail address of the reviewers; without it no notice is sent. */
  address: string | undefined
  now: () => number
}

/** At most one notice within it, however many applications arrive. */
const intervalMs = 3_600_000

const template = 'new_applications'

/** Tells the reviewers by mail that new applications wait: at once for the first, then in one mail an hour. */
export class ReviewerNotice {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Queues a notice where applications have been verified since the last one and nobody has opened them. */
  async queue(): Promise<void> {
    const { database, mailQueue, address, now } = this.#parts
    if (address === undefined) return
    const last = await database
      .select({ at: max(mails.createdAt) })
      .from(mails)
      .where(and(isNull(mails.applicationId), eq(mails.template, template), lte(mails.createdAt, now())))
      .get()
    if ((await countUnassigned(database, last?.at ?? 0)) > 0) {
      await mailQueue.queueForReviewers(template, intervalMs)
    }
  }

  /** Queues a notice where one is due, and sends it. */
  async send(): Promise<void> {
    await this.queue()
    await this.#parts.mailQueue.sendDue(null)
  }
}

/** Verified applications that no reviewer has opened; only those verified after a moment, where one is given. */
export async function countUnassigned(database: ControlDatabase, after = 0): Promise<number> {
  const row = await database
    .select({ n: count() })
    .from(applications)
    .where(and(eq(applications.status, 'verified'), gt(applications.changedAt, after)))
    .get()
  return row?.n ?? 0
}
