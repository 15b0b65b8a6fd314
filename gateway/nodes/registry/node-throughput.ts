import { and, asc, eq, gte, lt, sql } from 'drizzle-orm'
import type { NodeReportView } from '../../../schema/api/nodes.ts'
import { nodeHealth, nodeThroughput } from '../../../schema/db/control.ts'
import type { ControlDatabase, Write } from '../../platform/control-database.ts'

export type ThroughputRow = typeof nodeThroughput.$inferSelect

type Totals = NonNullable<NodeReportView['totals']>

export const hourMs = 3_600_000
const keptHours = 14 * 24

/** Two checks of one node in a row. */
export interface Checks {
  nodeId: string
  before: { totals: Totals | null; checkedAt: number }
  now: { totals: Totals | null; checkedAt: number }
}

/** Throughput of each node by hour for two weeks, from the totals in its health checks. */
export class NodeThroughput {
  readonly #database: ControlDatabase
  readonly #now: () => number

  constructor(database: ControlDatabase, now: () => number) {
    this.#database = database
    this.#now = now
  }

  /** The hours of all nodes, oldest first. */
  read(hours: number): Promise<ThroughputRow[]> {
    const from = Math.floor(this.#now() / hourMs) - hours + 1
    return this.#database
      .select()
      .from(nodeThroughput)
      .where(gte(nodeThroughput.hour, from))
      .orderBy(asc(nodeThroughput.nodeId), asc(nodeThroughput.hour))
  }

  /**
   * The writes that count what a node did between two checks; they belong into one transaction with, and before, the
   * write of the later check. Of two checks at once, the second finds that the earlier one has been replaced.
   */
  writes({ nodeId, before, now }: Checks): Write[] {
    if (before.totals === null || now.totals === null) return []
    const done = subtract(now.totals, before.totals)
    if (Object.values(done).every((amount) => amount === 0)) return []
    const hour = Math.floor(now.checkedAt / hourMs)
    return [
      this.#database
        .insert(nodeThroughput)
        .select(
          sql`select ${nodeId}, ${hour}, ${done.answers}, ${done.prompt_tokens}, ${done.generated_tokens}
            where exists (select 1 from ${nodeHealth}
              where ${nodeHealth.nodeId} = ${nodeId} and ${nodeHealth.checkedAt} = ${before.checkedAt})`,
        )
        .onConflictDoUpdate({
          target: [nodeThroughput.nodeId, nodeThroughput.hour],
          set: {
            answers: sql`${nodeThroughput.answers} + excluded.answers`,
            promptTokens: sql`${nodeThroughput.promptTokens} + excluded.prompt_tokens`,
            generatedTokens: sql`${nodeThroughput.generatedTokens} + excluded.generated_tokens`,
          },
        }),
      this.#database
        .delete(nodeThroughput)
        .where(and(eq(nodeThroughput.nodeId, nodeId), lt(nodeThroughput.hour, hour - keptHours))),
    ]
  }

  /** The write that removes the hours of a node that no longer exists. */
  removal(nodeId: string): Write {
    return this.#database.delete(nodeThroughput).where(eq(nodeThroughput.nodeId, nodeId))
  }
}

/** Returns the work done since the last report; all of it after a restart, which shows as totals that fell. */
function subtract(now: Totals, before: Totals): Totals {
  const hasRestarted = (Object.keys(now) as (keyof Totals)[]).some((name) => now[name] < before[name])
  if (hasRestarted) return now
  return {
    answers: now.answers - before.answers,
    prompt_tokens: now.prompt_tokens - before.prompt_tokens,
    generated_tokens: now.generated_tokens - before.generated_tokens,
  }
}
