import { and, count, desc, eq, gt, lte, min, sql } from 'drizzle-orm'
import { idempotentRequests } from '../../schema/db/tenant.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

/** The kept part of an answer: ids of stored judgments, a text that is stored nowhere else, or nothing. */
export type StoredAnswer =
  | { judgmentIds: string[] }
  | { contentType: string; body: string }
  | { nothing: true }

export interface IdempotentRequest {
  keyId: string
  idempotencyKey: string
  requestSha256: string
}

export type Claim = 'run' | 'running' | 'mismatch' | StoredAnswer

const keptMs = 86_400_000
/** A run whose gateway vanished frees its key after this long. */
const maxRunMs = 600_000
/** Finished requests of one tenant; the oldest are evicted first. */
const maxRequests = 10_000
/** Finished requests are counted and evicted once for so many. */
const evictEvery = 64
/** Characters of kept texts of one tenant; the oldest are evicted first. */
const maxCharacters = 16_000_000

/** Requests under an Idempotency-Key: running ones in memory, finished ones in the tenant's database. */
export class IdempotencyStore {
  readonly #database: TenantDatabase
  readonly #running = new Map<string, { requestSha256: string; since: number }>()
  #finished = 0

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  /** Claims the key for a request, or returns why there is nothing to run. */
  claim(request: IdempotentRequest, now: number): Claim {
    const kept = this.#database.select().from(idempotentRequests).where(matching(request)).get()
    if (kept !== undefined && now - kept.createdAt < keptMs) {
      if (kept.requestSha256 !== request.requestSha256) return 'mismatch'
      if (kept.judgmentIds !== null) return { judgmentIds: kept.judgmentIds }
      const { contentType, body } = kept
      return contentType === null || body === null ? { nothing: true } : { contentType, body }
    }
    const running = this.#running.get(toName(request))
    if (running !== undefined && now - running.since < maxRunMs) {
      return running.requestSha256 === request.requestSha256 ? 'running' : 'mismatch'
    }
    this.#running.set(toName(request), { requestSha256: request.requestSha256, since: now })
    return 'run'
  }

  /** Ends a claimed request and keeps its answer; without an answer the key is free again. */
  finish(request: IdempotentRequest, answer: StoredAnswer | null, now: number): void {
    this.#running.delete(toName(request))
    if (answer === null) return
    const row = {
      ...request,
      judgmentIds: 'judgmentIds' in answer ? answer.judgmentIds : null,
      contentType: 'body' in answer ? answer.contentType : null,
      body: 'body' in answer ? answer.body : null,
      characters: 'body' in answer ? answer.body.length : 0,
      createdAt: now,
    }
    this.#database
      .insert(idempotentRequests)
      .values(row)
      .onConflictDoUpdate({
        target: [idempotentRequests.keyId, idempotentRequests.idempotencyKey],
        set: row,
      })
      .run()
    if ('body' in answer) this.#evictTexts()
    if (this.#finished++ % evictEvery === 0) this.#evictRequests()
  }

  /** Deletes expired answers and abandoned runs. */
  clear(now: number): void {
    this.#database
      .delete(idempotentRequests)
      .where(lte(idempotentRequests.createdAt, now - keptMs))
      .run()
    for (const [name, { since }] of this.#running) {
      if (now - since >= maxRunMs) this.#running.delete(name)
    }
  }

  /** When the next answer expires; null when none is kept. */
  nextExpiry(): number | null {
    const oldest = this.#database
      .select({ at: min(idempotentRequests.createdAt) })
      .from(idempotentRequests)
      .get()?.at
    return oldest == null ? null : oldest + keptMs
  }

  #evictRequests(): void {
    const kept = this.#database.select({ requests: count() }).from(idempotentRequests).get()?.requests ?? 0
    if (kept <= maxRequests) return
    this.#database.run(sql`
      delete from ${idempotentRequests} where rowid in (
        select rowid from ${idempotentRequests} order by created_at limit ${kept - maxRequests}
      )`)
  }

  #evictTexts(): void {
    const { createdAt, characters } = idempotentRequests
    const texts = this.#database
      .select({ createdAt, characters })
      .from(idempotentRequests)
      .where(gt(characters, 0))
      .orderBy(desc(createdAt))
      .all()
    let total = 0
    const first = texts.find((text) => {
      total += text.characters
      return total > maxCharacters
    })
    if (first === undefined) return
    this.#database
      .delete(idempotentRequests)
      .where(and(gt(characters, 0), lte(createdAt, first.createdAt)))
      .run()
  }
}

const toName = ({ keyId, idempotencyKey }: IdempotentRequest) => `${keyId} ${idempotencyKey}`

const matching = ({ keyId, idempotencyKey }: IdempotentRequest) =>
  and(eq(idempotentRequests.keyId, keyId), eq(idempotentRequests.idempotencyKey, idempotencyKey))
