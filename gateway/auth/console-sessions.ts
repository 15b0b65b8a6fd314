import { and, eq, isNull, lt, lte, or } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import { apiKeys, endedSessions } from '../../schema/db/control.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import { isApiKey } from './api-key.ts'
import { usableAt } from './key-conditions.ts'
import { RecordCache } from './record-cache.ts'

/** The part of a session of the console that decides whether it is still good. */
export interface SessionIdentity {
  id: string
  credential: string | null
  /** Both in milliseconds since 1970. */
  startedAt: number
  expiresAt: number
}

/**
 * Sessions of the console that ended before their time: by signing out, or because their key was revoked or
 * replaced. A check is remembered for seconds, and for minutes while the storage is down, like that of a key.
 */
export class ConsoleSessions {
  readonly #database: ControlDatabase
  readonly #now: () => number
  readonly #cache: RecordCache<boolean>

  constructor(parts: { database: ControlDatabase; now: () => number }) {
    this.#database = parts.database
    this.#now = parts.now
    this.#cache = new RecordCache({ read: (key) => this.#read(key), now: parts.now, work: 'session lookup' })
  }

  /** Returns whether a session may go on; false also where the storage is down and nothing is known of it. */
  async isOpen(session: SessionIdentity): Promise<boolean> {
    try {
      return await this.#cache.get(await toCacheKey(session))
    } catch (error) {
      logUnexpected(error, { work: 'session lookup' })
      return false
    }
  }

  /** Ends sessions for good, whoever has a copy of their cookies. */
  async end(sessions: readonly SessionIdentity[]): Promise<void> {
    const rows = sessions.map(({ id, expiresAt }) => ({ id, expiresAt }))
    if (rows.length > 0) {
      await this.#database.batch([
        this.#database.delete(endedSessions).where(lte(endedSessions.expiresAt, this.#now())),
        this.#database.insert(endedSessions).values(rows).onConflictDoNothing(),
      ])
    }
    this.forget()
  }

  /** Forgets what is remembered, so that a change made through this isolate applies at once. */
  forget(): void {
    this.#cache.clear()
  }

  async #read(cacheKey: string): Promise<boolean> {
    const [id = '', startedAt = '', hash = ''] = cacheKey.split(' ')
    const ended = this.#database.select().from(endedSessions).where(eq(endedSessions.id, id))
    if (hash === '') return (await ended).length === 0
    const successor = alias(apiKeys, 'successor')
    // a key that was replaced opens sessions until its grace period ends, but none from before its replacement lives on
    const wasReplacedBefore = lt(successor.createdAt, Number(startedAt))
    const usable = this.#database
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .leftJoin(successor, eq(successor.id, apiKeys.replacedBy))
      .where(
        and(eq(apiKeys.hash, hash), usableAt(this.#now()), or(isNull(apiKeys.replacedBy), wasReplacedBefore)),
      )
    const [endedRows, keys] = await this.#database.batch([ended, usable])
    return endedRows.length === 0 && keys.length > 0
  }
}

/** Everything that a check depends on, without the credential itself. */
async function toCacheKey({ id, startedAt, credential }: SessionIdentity): Promise<string> {
  const hash = credential !== null && isApiKey(credential) ? await sha256Hex(credential) : ''
  return `${id} ${startedAt} ${hash}`
}
