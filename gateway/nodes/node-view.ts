import type { NodeView } from '../../schema/api/nodes.ts'
import type { nodeHealth } from '../../schema/db/control.ts'
import type { NodeRecord } from './node.ts'
import type { NodeRow } from './node-registry.ts'

type HealthRow = typeof nodeHealth.$inferSelect

/** Nodes as the operator sees them: whether there is a secret, never which. */
export function registeredView(row: NodeRow, health: HealthRow | undefined): NodeView {
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
    health: healthView(health),
  }
}

export function configuredView(node: NodeRecord, health: HealthRow | undefined): NodeView {
  const { secret, models, ...rest } = node
  return {
    ...rest,
    models: models === null ? null : [...models],
    has_secret: secret !== null,
    configured: true,
    health: healthView(health),
  }
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
    checked_at: new Date(checkedAt).toISOString(),
    since: new Date(since).toISOString(),
    report,
  }
}
