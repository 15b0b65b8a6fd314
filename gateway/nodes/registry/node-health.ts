import { eq, inArray, not } from 'drizzle-orm'
import { nodeHealth } from '../../../schema/db/control.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import { type NodeStatus, probe } from '../client/node-probe.ts'
import type { NodeTransport } from '../client/node-transport.ts'
import type { NodeRecord } from '../node.ts'

type HealthRow = typeof nodeHealth.$inferSelect

/** Results of the scheduled checks of every node, for the operator; routing depends on the calls alone. */
export class NodeHealth {
  readonly #database: ControlDatabase
  readonly #transport: NodeTransport
  readonly #now: () => number

  constructor(database: ControlDatabase, transport: NodeTransport, now: () => number) {
    this.#database = database
    this.#transport = transport
    this.#now = now
  }

  async all(): Promise<Map<string, HealthRow>> {
    const rows = await this.#database.select().from(nodeHealth)
    return new Map(rows.map((row) => [row.nodeId, row]))
  }

  /** Checks all nodes, stores the results, and removes those of nodes that no longer exist. */
  async check(nodes: readonly NodeRecord[]): Promise<void> {
    const known = await this.all()
    await Promise.all(nodes.map(async (node) => this.#write(await this.#ask(node, known.get(node.id)))))
    const ids = nodes.map(({ id }) => id)
    await this.#database.delete(nodeHealth).where(not(inArray(nodeHealth.nodeId, ids)))
  }

  async forget(id: string): Promise<void> {
    await this.#database.delete(nodeHealth).where(eq(nodeHealth.nodeId, id))
  }

  async #ask(node: NodeRecord, before: HealthRow | undefined): Promise<HealthRow> {
    const started = this.#now()
    const result = await probe(this.#transport, node)
    const checkedAt = this.#now()
    const report = 'report' in result ? result.report : null
    const state = report === null ? 'down' : 'up'
    return {
      nodeId: node.id,
      state,
      reason: 'reason' in result ? result.reason : null,
      models: report?.models.map(({ id }) => id) ?? [],
      load: report?.load ?? 0,
      latencyMs: report?.latencyMs ?? checkedAt - started,
      checkedAt,
      since: before?.state === state ? before.since : checkedAt,
      report: result.status === null ? (before?.report ?? null) : toReport(result.status, checkedAt),
    }
  }

  async #write(row: HealthRow): Promise<void> {
    await this.#database
      .insert(nodeHealth)
      .values(row)
      .onConflictDoUpdate({ target: nodeHealth.nodeId, set: row })
  }
}

const toReport = (status: NodeStatus, at: number) => ({ ...status, seen_at: new Date(at).toISOString() })
