import type { NodeView } from '../../../schema/api/nodes.ts'
import type { nodeHealth } from '../../../schema/db/control.ts'
import type { NodeRecord } from '../node.ts'
import type { NodeRest } from './breaker-log.ts'
import type { NodeRow } from './node-registry.ts'

type HealthRow = typeof nodeHealth.$inferSelect

/** What was found of a node: by the clock, and by the calls that went to it. */
export interface NodeFindings {
  health: HealthRow | undefined
  rest: NodeRest | undefined
}

/** Nodes as the operator sees them: whether there is a secret, never which. */
export function registeredView(row: NodeRow, found: NodeFindings): NodeView {
  const { id, url, adapter, weight, region, models, draining } = row
  const has_secret = row.sealedSecret !== null
  return {
    id,
    url,
    has_secret,
    adapter,
    weight,
    region,
    models,
    draining,
    configured: false,
    ...foundView(found),
  }
}

export function configuredView(node: NodeRecord, found: NodeFindings): NodeView {
  const { secret, models, ...rest } = node
  return {
    ...rest,
    models: models === null ? null : [...models],
    has_secret: secret !== null,
    configured: true,
    ...foundView(found),
  }
}

function foundView({ health, rest }: NodeFindings): Pick<NodeView, 'health' | 'rest'> {
  return { health: healthView(health), rest: restView(rest) }
}

function healthView(row: HealthRow | undefined): NodeView['health'] {
  if (row === undefined) return null
  const { state, reason, models, load, latencyMs, checkedAt, since, report } = row
  return {
    state,
    reason,
    models,
    load,
    latency_ms: latencyMs,
    checked_at: iso(checkedAt),
    since: iso(since),
    report,
  }
}

const restView = (row: NodeRest | undefined): NodeView['rest'] =>
  row === undefined ? null : { since: iso(row.since), until: iso(row.until) }

const iso = (moment: number) => new Date(moment).toISOString()
