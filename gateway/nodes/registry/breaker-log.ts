import { eq, lt, sql } from 'drizzle-orm'
import { openBreakers } from '../../../schema/db/control.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'

export type OpenBreaker = typeof openBreakers.$inferSelect

/** An entry that ended so long ago belongs to an isolate that no longer exists. */
const staleMs = 300_000

/**
 * Open circuit breakers, for the operator to see. Every isolate has breakers of its own and records when they open
 * and close; requests are decided by the breakers in memory, never by this table.
 */
export class BreakerLog {
  readonly #database: ControlDatabase
  readonly #now: () => number

  constructor(database: ControlDatabase, now: () => number) {
    this.#database = database
    this.#now = now
  }

  async all(): Promise<Map<string, OpenBreaker>> {
    const rows = await this.#database.select().from(openBreakers)
    return new Map(rows.map((row) => [row.nodeId, row]))
  }

  /** Records that a breaker opened: no call goes to the node until then, and the next one probes it. */
  async open(nodeId: string, until: number): Promise<void> {
    await this.#database
      .insert(openBreakers)
      .values({ nodeId, since: this.#now(), until })
      .onConflictDoUpdate({ target: openBreakers.nodeId, set: { until: sql`max(until, excluded.until)` } })
  }

  /** Records that a breaker closed, or that its node was removed. */
  async close(nodeId: string): Promise<void> {
    await this.#database.delete(openBreakers).where(eq(openBreakers.nodeId, nodeId))
  }

  async removeStale(): Promise<void> {
    await this.#database.delete(openBreakers).where(lt(openBreakers.until, this.#now() - staleMs))
  }
}
