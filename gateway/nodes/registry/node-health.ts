import { eq } from 'drizzle-orm'
import { nodeHealth } from '../../../schema/db/control.ts'
import { type ControlDatabase, commit } from '../../platform/control-database.ts'
import { type NodeStatus, probe } from '../client/node-probe.ts'
import type { NodeTransport } from '../client/node-transport.ts'
import type { NodeRecord } from '../node.ts'
import type { NodeThroughput } from './node-throughput.ts'

type HealthRow = typeof nodeHealth.$inferSelect

interface NodeHealthParts {
  database: ControlDatabase
  transport: NodeTransport
  throughput: NodeThroughput
  now: () => number
}

/** Results of the scheduled checks of every node, for the operator; routing depends on the calls alone. */
export class NodeHealth {
  readonly #database: ControlDatabase
  readonly #transport: NodeTransport
  readonly #throughput: NodeThroughput
  readonly #now: () => number

  constructor({ database, transport, throughput, now }: NodeHealthParts) {
    this.#database = database
    this.#transport = transport
    this.#throughput = throughput
    this.#now = now
  }

  async all(): Promise<Map<string, HealthRow>> {
    const rows = await this.#database.select().from(nodeHealth)
    return new Map(rows.map((row) => [row.nodeId, row]))
  }

  /** Checks all nodes, stores the results, and removes those of nodes that no longer exist. */
  async check(nodes: readonly NodeRecord[]): Promise<void> {
    const known = await this.all()
    await Promise.all(
      nodes.map(async (node) => {
        const before = known.get(node.id)
        await this.#write(await this.#ask(node, before), before)
      }),
    )
    const gone = [...known.keys()].filter((id) => !nodes.some((node) => node.id === id))
    await Promise.all(gone.map((id) => this.forget(id)))
  }

  async forget(id: string): Promise<void> {
    await commit(this.#database, [
      this.#database.delete(nodeHealth).where(eq(nodeHealth.nodeId, id)),
      this.#throughput.removal(id),
    ])
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

  async #write(row: HealthRow, before: HealthRow | undefined): Promise<void> {
    const { nodeId } = row
    const done = before && { nodeId, before: toChecked(before), now: toChecked(row) }
    await commit(this.#database, [
      ...(done === undefined ? [] : this.#throughput.writes(done)),
      this.#database
        .insert(nodeHealth)
        .values(row)
        .onConflictDoUpdate({ target: nodeHealth.nodeId, set: row }),
    ])
  }
}

const toChecked = ({ report, checkedAt }: HealthRow) => ({ totals: report?.totals ?? null, checkedAt })

const toReport = (status: NodeStatus, at: number) => ({ ...status, seen_at: new Date(at).toISOString() })
