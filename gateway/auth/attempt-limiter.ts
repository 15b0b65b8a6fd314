import { lt, sql } from 'drizzle-orm'
import { FailureError, reason } from '../../schema/api/errors.ts'
import { attempts } from '../../schema/db/control.ts'
import { hex } from '../../schema/judge/sha256.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import type { KeyedHash } from '../vault/keyed-hash.ts'

/** A bound on attempts within a window. */
export interface AttemptLimit {
  name: string
  max: number
  windowSeconds: number
}

/**
 * Counts attempts exactly, across all isolates. The subject (an address, a mailbox) is kept as a keyed hash that
 * changes with every window; rows are removed when their window ends. Windows are named by their end, so a clock
 * that is set back counts in another window and locks no one out.
 */
export class AttemptLimiter {
  readonly #database: ControlDatabase
  readonly #hash: KeyedHash
  readonly #now: () => number

  constructor(database: ControlDatabase, hash: KeyedHash, now: () => number) {
    this.#database = database
    this.#hash = hash
    this.#now = now
  }

  /** Counts one attempt; false when it is one too many. */
  async count(limit: AttemptLimit, who: string): Promise<boolean> {
    const { bucket, endsAt } = await this.#bucket(limit, who)
    const row = await this.#database
      .insert(attempts)
      .values({ bucket, count: 1, endsAt })
      .onConflictDoUpdate({ target: attempts.bucket, set: { count: sql`${attempts.count} + 1` } })
      .returning({ count: attempts.count })
      .get()
    return row.count <= limit.max
  }

  /** Counts one attempt and refuses when it is one too many. */
  async demand(limit: AttemptLimit, who: string): Promise<void> {
    if (await this.count(limit, who)) return
    throw this.refusal(this.#windowEnd(limit))
  }

  /** Removes the counters of windows that are over. */
  async sweep(): Promise<void> {
    await this.#database.delete(attempts).where(lt(attempts.endsAt, this.#now()))
  }

  refusal(endsAt: number): FailureError {
    return new FailureError({
      code: 'rate_limited',
      ...reason('too_many_attempts'),
      source: 'gateway',
      retryAfter: (endsAt - this.#now()) / 1000,
    })
  }

  async #bucket(limit: AttemptLimit, who: string): Promise<{ bucket: string; endsAt: number }> {
    const endsAt = this.#windowEnd(limit)
    return {
      bucket: hex(await this.#hash.digest('address', `${limit.name} ${endsAt} ${who}`)).slice(0, 48),
      endsAt,
    }
  }

  #windowEnd({ windowSeconds }: AttemptLimit): number {
    const length = windowSeconds * 1000
    return (Math.floor(this.#now() / length) + 1) * length
  }
}
