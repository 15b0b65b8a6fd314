import type { NodeView } from '../../../schema/api/nodes.ts'
import type { nodeHealth } from '../../../schema/db/control.ts'
import type { Language } from '../../../schema/messages/language.ts'
import { withText } from '../../../schema/messages/message.ts'
import type { NodeRecord } from '../node.ts'
import type { OpenBreaker } from './breaker-log.ts'
import type { NodeRow } from './node-registry.ts'

type HealthRow = typeof nodeHealth.$inferSelect

/** A node's condition: as the scheduled check found it, and as its calls did. */
export interface NodeCondition {
  health: HealthRow | undefined
  breaker: OpenBreaker | undefined
  /** When an outbound connection was opened, in milliseconds; null while there is none. */
  connectedSince: number | null
}

/** Nodes as the operator sees them: whether there is a secret, never which. */
export function registeredView(row: NodeRow, found: NodeCondition, language: Language): NodeView {
  const { id, url, adapter, weight, region, models, draining } = row
  const has_secret = row.sealedSecret !== null
  return {
    id,
    url,
    connection: connectionView(row, found),
    has_secret,
    adapter,
    weight,
    region,
    models,
    draining,
    configured: false,
    lease:
      row.leaseEndsAt === null
        ? null
        : { expires_at: iso(row.leaseEndsAt), leaving: row.leaving, version: row.version },
    ...conditionView(found, language),
  }
}

export function configuredView(node: NodeRecord, found: NodeCondition, language: Language): NodeView {
  const { secret, models, ...rest } = node
  return {
    ...rest,
    connection: connectionView(node, found),
    models: models === null ? null : [...models],
    has_secret: secret !== null,
    configured: true,
    lease: null,
    ...conditionView(found, language),
  }
}

const connectionView = (
  { url }: Pick<NodeRow, 'url'>,
  { connectedSince }: NodeCondition,
): NodeView['connection'] =>
  url === null
    ? { kind: 'outbound', since: connectedSince === null ? null : iso(connectedSince) }
    : { kind: 'direct', since: null }

function conditionView(
  { health, breaker }: NodeCondition,
  language: Language,
): Pick<NodeView, 'health' | 'breaker'> {
  return { health: healthView(health, language), breaker: breakerView(breaker) }
}

/** Facts that a stored report of an earlier version lacks. */
const unreported = { totals: null, device: null, degraded: [], engines: [] }

function healthView(row: HealthRow | undefined, language: Language): NodeView['health'] {
  if (row === undefined) return null
  const { state, reason, models, load, latencyMs, checkedAt, since, report } = row
  return {
    state,
    reason: reason === null ? null : withText(reason, language),
    models,
    load,
    latency_ms: latencyMs,
    checked_at: iso(checkedAt),
    since: iso(since),
    report: report && { ...unreported, ...report },
  }
}

const breakerView = (row: OpenBreaker | undefined): NodeView['breaker'] =>
  row === undefined ? null : { since: iso(row.since), until: iso(row.until) }

const iso = (moment: number) => new Date(moment).toISOString()
