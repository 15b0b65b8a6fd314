import { and, eq, lt } from 'drizzle-orm'
import { idempotentAnswers } from '../../schema/db/tenant.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

/** An answer as it was sent, to be sent again. */
export interface KeptAnswer {
  status: number
  contentType: string
  body: string
}

export interface IdempotentRequest {
  keyId: string
  idempotencyKey: string
  requestSha256: string
}

export type Claim = 'run' | 'running' | 'mismatch' | KeptAnswer

const keptMs = 86_400_000
/** A run whose gateway vanished is forgotten after this long. */
const longestRunMs = 600_000

/** Requests under an Idempotency-Key: those running in memory, the answers of finished ones in the store. */
export class IdempotentAnswers {
  readonly #database: TenantDatabase
  readonly #running = new Map<string, { requestSha256: string; since: number }>()

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  /** Claims the key for a request, or says why there is nothing to run. */
  claim(request: IdempotentRequest, now: number): Claim {
    const kept = this.#database.select().from(idempotentAnswers).where(matching(request)).get()
    if (kept !== undefined && now - kept.createdAt < keptMs) {
      if (kept.requestSha256 !== request.requestSha256) return 'mismatch'
      return { status: kept.status, contentType: kept.contentType, body: kept.body }
    }
    const running = this.#running.get(nameOf(request))
    if (running !== undefined && now - running.since < longestRunMs) {
      return running.requestSha256 === request.requestSha256 ? 'running' : 'mismatch'
    }
    this.#running.set(nameOf(request), { requestSha256: request.requestSha256, since: now })
    return 'run'
  }

  /** Keeps the answer of a claimed request; without one the key is free again. */
  finish(request: IdempotentRequest, answer: KeptAnswer | null, now: number): void {
    this.#running.delete(nameOf(request))
    if (answer === null) return
    const row = { ...request, ...answer, createdAt: now }
    this.#database
      .insert(idempotentAnswers)
      .values(row)
      .onConflictDoUpdate({
        target: [idempotentAnswers.keyId, idempotentAnswers.idempotencyKey],
        set: row,
      })
      .run()
  }

  /** Forgets answers whose day is over, and runs that nobody finished. */
  clear(now: number): void {
    this.#database
      .delete(idempotentAnswers)
      .where(lt(idempotentAnswers.createdAt, now - keptMs))
      .run()
    for (const [name, { since }] of this.#running) {
      if (now - since >= longestRunMs) this.#running.delete(name)
    }
  }
}

const nameOf = ({ keyId, idempotencyKey }: IdempotentRequest) => `${keyId} ${idempotencyKey}`

const matching = ({ keyId, idempotencyKey }: IdempotentRequest) =>
  and(eq(idempotentAnswers.keyId, keyId), eq(idempotentAnswers.idempotencyKey, idempotencyKey))
