import { and, desc, eq, gt, lt, type SQL, sql } from 'drizzle-orm'
import { shareLinks, tenants } from '../../../schema/db/control.ts'
import { sha256Hex } from '../../../schema/judge/sha256.ts'
import { newId } from '../../auth/token.ts'
import { type RandomBytes, randomBase62 } from '../../platform/base62.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import { timingSafeEqual } from '../../platform/timing-safe-equal.ts'

export type ShareLinkRow = typeof shareLinks.$inferSelect

interface Parts {
  database: ControlDatabase
  now: () => number
  random: RandomBytes
}

/** Most links of one evaluation that have not expired. */
export const maxLinks = 20
const dayMs = 86_400_000

/** The links under which reports are shared. */
export class ShareLinkStore {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Creates a link and its token, which is stored only as a hash; null if there are too many links. */
  async create(
    given: Pick<ShareLinkRow, 'tenantId' | 'evaluationId' | 'showsRows' | 'keyId'>,
    days: number,
  ): Promise<{ link: ShareLinkRow; token: string } | null> {
    const { database, now, random } = this.#parts
    const token = `ksh_${randomBase62(43, random)}`
    const link: ShareLinkRow = {
      id: newId('shl', random),
      tokenHash: await sha256Hex(token),
      ...given,
      createdAt: now(),
      expiresAt: now() + days * dayMs,
    }
    const isOneTooMany = sql`(select count(*) from ${shareLinks} where ${this.#which(given)}) > ${maxLinks}`
    // counted in the transaction that stores it, so that none of several at once is one too many
    const [, takenBack] = await database.batch([
      database.insert(shareLinks).values(link),
      database
        .delete(shareLinks)
        .where(and(eq(shareLinks.id, link.id), isOneTooMany))
        .returning({ id: shareLinks.id }),
    ])
    return takenBack.length > 0 ? null : { link, token }
  }

  /** The links of an evaluation that still open it, newest first. */
  list(tenantId: string, evaluationId: string): Promise<ShareLinkRow[]> {
    return this.#parts.database
      .select()
      .from(shareLinks)
      .where(this.#which({ tenantId, evaluationId }))
      .orderBy(desc(shareLinks.createdAt))
  }

  /** Revokes a link; false where the evaluation has no such link. */
  async revoke(tenantId: string, evaluationId: string, id: string): Promise<boolean> {
    const gone = await this.#parts.database
      .delete(shareLinks)
      .where(
        and(
          eq(shareLinks.id, id),
          eq(shareLinks.tenantId, tenantId),
          eq(shareLinks.evaluationId, evaluationId),
        ),
      )
      .returning({ id: shareLinks.id })
    return gone.length > 0
  }

  /** The link that a token opens: of an active tenant, and not expired. */
  async open(token: string): Promise<ShareLinkRow | null> {
    if (!/^ksh_[0-9A-Za-z]{43}$/.test(token)) return null
    const { database, now } = this.#parts
    const hash = await sha256Hex(token)
    const found = await database
      .select({ link: shareLinks })
      .from(shareLinks)
      .innerJoin(tenants, and(eq(tenants.id, shareLinks.tenantId), eq(tenants.status, 'active')))
      .where(and(eq(shareLinks.tokenHash, hash), gt(shareLinks.expiresAt, now())))
      .get()
    return found !== undefined && (await timingSafeEqual(found.link.tokenHash, hash)) ? found.link : null
  }

  /** The links of an evaluation that have not expired. */
  #which({ tenantId, evaluationId }: Pick<ShareLinkRow, 'tenantId' | 'evaluationId'>): SQL {
    return and(
      eq(shareLinks.tenantId, tenantId),
      eq(shareLinks.evaluationId, evaluationId),
      gt(shareLinks.expiresAt, this.#parts.now()),
    )!
  }

  /** Deletes what has expired. */
  async sweep(): Promise<void> {
    const { database, now } = this.#parts
    await database.delete(shareLinks).where(lt(shareLinks.expiresAt, now()))
  }
}
