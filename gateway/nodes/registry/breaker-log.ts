import { eq, lt, sql } from 'drizzle-orm'
import { nodeRests } from '../../../schema/db/control.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'

export type NodeRest = typeof nodeRests.$inferSelect

/** A rest that ended so long ago without a word was forgotten with the isolate that took it. */
const staleMs = 300_000

/**
 * Which nodes calls leave alone after failures, for the operator. Every isolate has a breaker of its own and writes
 * down when it opens and closes; requests are decided by the breakers, never by this.
 */
export class NodeRests {
  readonly #database: ControlDatabase
  readonly #now: () => number

  constructor(database: ControlDatabase, now: () => number) {
    this.#database = database
    this.#now = now
  }

  async all(): Promise<Map<string, NodeRest>> {
    const rows = await this.#database.select().from(nodeRests)
    return new Map(rows.map((row) => [row.nodeId, row]))
  }

  /** A breaker opened: until then nothing is sent to the node, and the next call after that tries it. */
  async begin(nodeId: string, until: number): Promise<void> {
    await this.#database
      .insert(nodeRests)
      .values({ nodeId, since: this.#now(), until })
      .onConflictDoUpdate({ target: nodeRests.nodeId, set: { until: sql`max(until, excluded.until)` } })
  }

  /** A call went well again, or the node is no more. */
  async end(nodeId: string): Promise<void> {
    await this.#database.delete(nodeRests).where(eq(nodeRests.nodeId, nodeId))
  }

  async forgetStale(): Promise<void> {
    await this.#database.delete(nodeRests).where(lt(nodeRests.until, this.#now() - staleMs))
  }
}
