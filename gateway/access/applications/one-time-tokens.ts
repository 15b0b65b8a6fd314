import { and, eq, gt, lt } from 'drizzle-orm'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { oneTimeTokens } from '../../../schema/db/control.ts'
import { sha256Hex } from '../../../schema/judge/sha256.ts'
import { oneTimeToken } from '../../auth/token.ts'
import type { RandomBytes } from '../../platform/base62.ts'
import type { ControlDatabase, Write } from '../../platform/control-database.ts'

export type TokenPurpose = (typeof oneTimeTokens.$inferSelect)['purpose']

const hour = 3_600_000
const lifetime: Record<TokenPurpose, number> = { verify: 48 * hour, claim: 14 * 24 * hour, status: hour }

/**
 * Secrets that travel in mails and work once. They are made while the mail is being written and stored as
 * hashes, so a link exists in one mailbox and nowhere else. A new link ends the ones before it.
 */
export class OneTimeTokens {
  readonly #database: ControlDatabase
  readonly #now: () => number
  readonly #random: RandomBytes

  constructor(database: ControlDatabase, now: () => number, random: RandomBytes) {
    this.#database = database
    this.#now = now
    this.#random = random
  }

  async issue(applicationId: string, purpose: TokenPurpose): Promise<string> {
    const token = oneTimeToken(this.#random)
    const tokenHash = await sha256Hex(token)
    const expiresAt = this.#now() + lifetime[purpose]
    await this.#database.batch([
      this.revoke(applicationId, purpose),
      this.#database.insert(oneTimeTokens).values({ tokenHash, purpose, applicationId, expiresAt }),
    ])
    return token
  }

  /** The application a token was made for. Unknown, used, replaced and expired tokens look the same. */
  async findApplicationId(token: string, purpose: TokenPurpose): Promise<string> {
    const found = await this.#database
      .select({ applicationId: oneTimeTokens.applicationId })
      .from(oneTimeTokens)
      .where(
        and(
          eq(oneTimeTokens.tokenHash, await sha256Hex(token)),
          eq(oneTimeTokens.purpose, purpose),
          gt(oneTimeTokens.expiresAt, this.#now()),
        ),
      )
      .get()
    if (found === undefined) throw linkNotValid()
    return found.applicationId
  }

  /** The write that ends a token; it belongs into the transaction of the step the token allowed. */
  revoke(applicationId: string, purpose: TokenPurpose) {
    return this.#database
      .delete(oneTimeTokens)
      .where(
        and(eq(oneTimeTokens.applicationId, applicationId), eq(oneTimeTokens.purpose, purpose)),
      ) satisfies Write
  }

  /** Removes the tokens whose time is over. */
  async sweep(): Promise<void> {
    await this.#database.delete(oneTimeTokens).where(lt(oneTimeTokens.expiresAt, this.#now()))
  }
}

export const linkNotValid = () =>
  new FailureError({
    code: 'link_not_valid',
    ...reason('link_not_valid'),
    source: 'gateway',
  })
