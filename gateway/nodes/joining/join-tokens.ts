import { and, desc, eq, gt, lt, sql } from 'drizzle-orm'
import type { JoinTokenRequest } from '../../../schema/api/node-join.ts'
import { nodeJoinTokens } from '../../../schema/db/control.ts'
import { sha256Hex } from '../../../schema/judge/sha256.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import { newId } from '../../auth/token.ts'
import { type RandomBytes, randomBase62 } from '../../platform/base62.ts'
import type { ControlDatabase, Write } from '../../platform/control-database.ts'
import { timingSafeEqual } from '../../platform/timing-safe-equal.ts'

export type JoinTokenRow = typeof nodeJoinTokens.$inferSelect

/** An expired token stays in the list for a day, so that its uses can be read. */
const keptMs = 86_400_000

interface Parts {
  database: ControlDatabase
  audit: AuditLog
  now: () => number
  random: RandomBytes
}

/** Short-lived tokens that let nodes register themselves. A token is its id and 256 random bits; the hash is kept. */
export class JoinTokens {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  list(): Promise<JoinTokenRow[]> {
    return this.#parts.database
      .select()
      .from(nodeJoinTokens)
      .orderBy(desc(nodeJoinTokens.createdAt))
      .limit(200)
  }

  async create(request: JoinTokenRequest, actor: string): Promise<JoinTokenRow & { token: string }> {
    const { database, audit, now, random } = this.#parts
    const id = newId('njt', random)
    const token = `${id}.${randomBase62(43, random)}`
    const createdAt = now()
    const row: JoinTokenRow = {
      id,
      hash: await sha256Hex(token),
      note: request.note,
      maxUses: request.max_uses,
      uses: 0,
      createdAt,
      expiresAt: createdAt + request.expires_in_seconds * 1000,
    }
    const detail = { max_uses: request.max_uses, expires_in_seconds: request.expires_in_seconds }
    await audit.commit({ actor, action: 'node_token.create', subject: id, detail }, [
      database.insert(nodeJoinTokens).values(row),
      database.delete(nodeJoinTokens).where(lt(nodeJoinTokens.expiresAt, createdAt - keptMs)),
    ])
    return { ...row, token }
  }

  /** Takes a token back; nodes that joined with it stay. */
  async revoke(id: string, actor: string): Promise<boolean> {
    const { database, audit } = this.#parts
    const row = await database.select().from(nodeJoinTokens).where(eq(nodeJoinTokens.id, id)).get()
    if (row === undefined) return false
    await audit.commit({ actor, action: 'node_token.revoke', subject: id }, [
      database.delete(nodeJoinTokens).where(eq(nodeJoinTokens.id, id)),
    ])
    return true
  }

  /** The token's row, or undefined where it is unknown, expired or used up. */
  async find(token: string | undefined): Promise<JoinTokenRow | undefined> {
    const id = /^(njt_[0-9A-Za-z]{20})\.[0-9A-Za-z]{43}$/.exec(token ?? '')?.[1]
    if (token === undefined || id === undefined) return undefined
    const { database, now } = this.#parts
    const row = await database
      .select()
      .from(nodeJoinTokens)
      .where(and(eq(nodeJoinTokens.id, id), gt(nodeJoinTokens.expiresAt, now())))
      .get()
    if (row === undefined || row.uses >= row.maxUses) return undefined
    return (await timingSafeEqual(row.hash, await sha256Hex(token))) ? row : undefined
  }

  /** The write that counts a use. It fails with its whole transaction when it is one too many. */
  use(id: string): Write {
    return this.#parts.database
      .update(nodeJoinTokens)
      .set({ uses: sql`${nodeJoinTokens.uses} + 1` })
      .where(eq(nodeJoinTokens.id, id))
  }
}

/** Returns whether a transaction failed because a token was used up meanwhile. */
export function isUsedUp(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (/CHECK constraint failed: node_join_tokens_bound/.test(cause.message)) return true
  return false
}
