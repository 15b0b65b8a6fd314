import { and, desc, eq, ne, sql } from 'drizzle-orm'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { applications as applicationsTable, oneTimeTokens } from '../../../schema/db/control.ts'
import { hex, sha256Hex } from '../../../schema/judge/sha256.ts'
import type { AttemptLimiter } from '../../auth/attempt-limiter.ts'
import { statusToken } from '../../auth/token.ts'
import { toMailbox } from '../../mail/email-address.ts'
import type { MailQueue } from '../../mail/mail-queue.ts'
import type { RandomBytes } from '../../platform/base62.ts'
import { type ControlDatabase, commit } from '../../platform/control-database.ts'
import type { KeyedHash } from '../../vault/keyed-hash.ts'
import type { ApplicationStore } from './application-store.ts'
import { mailsToOneMailbox } from './attempt-limits.ts'
import { linkNotValid, type OneTimeTokens } from './one-time-tokens.ts'

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  tokens: OneTimeTokens
  mailQueue: MailQueue
  hash: KeyedHash
  limiter: AttemptLimiter
  random: RandomBytes
}

/** For applicants who lost their status token: a link to the address, traded for a fresh token. */
export class StatusLinks {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Mails a link for each application of the address. An address that was never verified proves nothing
   * about who typed it, so its application is left out.
   */
  async mailTo(email: string): Promise<void> {
    const { database, hash, limiter, mailQueue } = this.#parts
    const emailHash = hex(await hash.digest('email', toMailbox(email)))
    const found = await database
      .select({ id: applicationsTable.id })
      .from(applicationsTable)
      .where(and(eq(applicationsTable.emailHash, emailHash), ne(applicationsTable.status, 'submitted')))
      .orderBy(desc(applicationsTable.submittedAt))
      .limit(3)
    for (const { id } of found) {
      if (!(await limiter.count(mailsToOneMailbox, toMailbox(email)))) return
      await commit(database, [mailQueue.queue(id, 'status_link')])
      await mailQueue.sendDue(id)
    }
  }

  /** Trades the link for a fresh status token, once; the token before it ends. */
  async redeem(link: string): Promise<{ application: ApplicationRow; statusToken: string }> {
    const { applications, database, random, tokens } = this.#parts
    const id = await tokens.findApplicationId(link, 'status')
    const fresh = statusToken(random)
    const statusTokenHash = await sha256Hex(fresh)
    const linkHash = await sha256Hex(link)
    const unused = sql`exists (select 1 from ${oneTimeTokens} where ${oneTimeTokens.tokenHash} = ${linkHash})`
    const [changed] = await database.batch([
      database
        .update(applicationsTable)
        .set({ statusTokenHash })
        .where(and(eq(applicationsTable.id, id), unused))
        .returning({ id: applicationsTable.id }),
      tokens.revoke(id, 'status'),
    ])
    if (changed.length === 0) throw linkNotValid()
    return { application: await applications.get(id), statusToken: fresh }
  }
}
