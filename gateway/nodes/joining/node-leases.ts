import { and, eq, lt } from 'drizzle-orm'
import type { NodeJoin, NodeRenewal } from '../../../schema/api/node-join.ts'
import { nodes } from '../../../schema/db/control.ts'
import { sha256Hex } from '../../../schema/judge/sha256.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import { type RandomBytes, randomBase62 } from '../../platform/base62.ts'
import { type ControlDatabase, isDuplicate } from '../../platform/control-database.ts'
import { timingSafeEqual } from '../../platform/timing-safe-equal.ts'
import type { MasterKeys } from '../../vault/master-keys.ts'
import { baseUrl, type NodeRecord } from '../node.ts'
import { catalogFreshMs } from '../registry/model-catalog.ts'
import { listFreshMs, type NodeRegistry, type NodeRow } from '../registry/node-registry.ts'
import { sealNodeSecret } from '../registry/seal-node-secret.ts'
import { isUsedUp, type JoinTokens } from './join-tokens.ts'

/** Two renewals may be lost before a node gets no more work. */
export const leaseMs = 90_000
export const renewAfterMs = 30_000
/** Time after which every isolate knows that a node shuts down. */
export const noticeMs = listFreshMs + catalogFreshMs
/** A node that is not started again for so long is removed with its credential. */
const forgottenMs = 30 * 86_400_000

export type JoinResult =
  | { joined: { credential: string; leaseEndsAt: number } }
  | 'token_invalid'
  | 'node_exists'

interface Parts {
  database: ControlDatabase
  masterKeys: MasterKeys
  audit: AuditLog
  tokens: JoinTokens
  registry: NodeRegistry
  configured: readonly NodeRecord[]
  now: () => number
  random: RandomBytes
}

/**
 * Nodes that register themselves with a join token and keep a lease. A node's credential is 256 random bits of which
 * the hash is kept; it renews the lease of this node alone, and ends when the operator removes the node.
 */
export class NodeLeases {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Registers a node. Its id may be that of a node which joined earlier and whose lease has ended. */
  async join(token: string | undefined, request: NodeJoin): Promise<JoinResult> {
    const { database, audit, tokens, configured, registry, now, random } = this.#parts
    const found = await tokens.find(token)
    if (found === undefined) return 'token_invalid'
    const { id, region, weight } = request
    if (configured.some((node) => node.id === id)) return 'node_exists'
    const at = now()
    const before = await this.#read(id)
    if (before !== undefined && !(before.leaseEndsAt !== null && before.leaseEndsAt <= at))
      return 'node_exists'
    const credential = `nlc_${randomBase62(43, random)}`
    const leaseEndsAt = at + leaseMs
    const row = {
      id,
      ...(await this.#toColumns(id, request)),
      adapter: 'auto' as const,
      weight,
      region,
      models: null,
      draining: false,
      createdAt: at,
      updatedAt: at,
      credentialHash: await sha256Hex(credential),
      leaseEndsAt,
      leaving: false,
    }
    const detail = { host: toHost(request.url), token: found.id, version: request.version }
    // of two joins with one id, the second insert fails with the whole transaction
    const replaced = and(eq(nodes.id, id), lt(nodes.leaseEndsAt, at + 1))
    try {
      await audit.commit({ actor: `node:${id}`, action: 'node.join', subject: id, detail }, [
        tokens.use(found.id),
        database.delete(nodes).where(replaced),
        database.insert(nodes).values(row),
      ])
    } catch (error) {
      if (isUsedUp(error)) return 'token_invalid'
      if (isDuplicate(error, 'nodes')) return 'node_exists'
      throw error
    }
    registry.invalidate()
    return { joined: { credential, leaseEndsAt } }
  }

  /** Renews a lease; null where the credential is not the node's. Only a change of the node is in the audit log. */
  async renew(
    id: string,
    credential: string | undefined,
    renewal: NodeRenewal,
  ): Promise<{ leaseEndsAt: number; hasChanged: boolean } | null> {
    const { database, audit, registry, now } = this.#parts
    const row = await this.#read(id)
    if (row?.credentialHash == null || credential === undefined) return null
    if (!(await timingSafeEqual(row.credentialHash, await sha256Hex(credential)))) return null
    const { leaving, version, url } = renewal
    const leaseEndsAt = now() + leaseMs
    const columns = { ...(await this.#toColumns(id, renewal)), leaving, leaseEndsAt, updatedAt: now() }
    // a node that was removed or joined anew meanwhile is left as it is
    const write = database
      .update(nodes)
      .set(columns)
      .where(and(eq(nodes.id, id), eq(nodes.credentialHash, row.credentialHash)))
    const hasEnded = row.leaseEndsAt !== null && row.leaseEndsAt <= now()
    const moves = toBaseUrl(url) !== row.url || version !== row.version
    const hasChanged = leaving !== row.leaving || moves
    if (!hasChanged) await write
    else {
      const detail = { host: toHost(url), version }
      const action = leaving ? 'node.leave' : 'node.return'
      await audit.commit({ actor: `node:${id}`, action, subject: id, detail }, [write])
      registry.invalidate()
    }
    if (hasEnded) registry.invalidate()
    return { leaseEndsAt, hasChanged: hasChanged || hasEnded }
  }

  /** Returns whether a node that opens a connection to the gateway has this credential. */
  async mayConnect(id: string, credential: string | undefined): Promise<boolean> {
    const row = await this.#read(id)
    if (row === undefined || row.url !== null || row.credentialHash === null || credential === undefined)
      return false
    return timingSafeEqual(row.credentialHash, await sha256Hex(credential))
  }

  /** Removes nodes whose lease ended long ago; returns their number. */
  async removeForgotten(): Promise<number> {
    const { database, audit, now } = this.#parts
    const isForgotten = lt(nodes.leaseEndsAt, now() - forgottenMs)
    const rows = await database.select({ id: nodes.id }).from(nodes).where(isForgotten)
    for (const { id } of rows) {
      await audit.commit({ actor: 'system', action: 'node.remove', subject: id }, [
        database.delete(nodes).where(and(eq(nodes.id, id), isForgotten)),
      ])
    }
    return rows.length
  }

  #read(id: string): Promise<NodeRow | undefined> {
    return this.#parts.database.select().from(nodes).where(eq(nodes.id, id)).get()
  }

  async #toColumns(id: string, { url, secret, version }: Pick<NodeRenewal, 'url' | 'secret' | 'version'>) {
    return { url: toBaseUrl(url), version, ...(await sealNodeSecret(this.#parts.masterKeys, id, secret)) }
  }
}

const toBaseUrl = (url: string | null) => (url === null ? null : baseUrl(url))

/** For the audit log; null for a node without an address. */
const toHost = (url: string | null) => (url === null ? null : new URL(url).host)
