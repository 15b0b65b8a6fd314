import { waitUntil } from 'cloudflare:workers'
import { type Access, createAccess } from './access/access.ts'
import { CloudflareAccess } from './auth/cloudflare-access.ts'
import { ConsoleSessions } from './auth/console-sessions.ts'
import { type CurrentGrantLookup, currentGrantLookup } from './auth/current-grant.ts'
import type { Authenticator } from './auth/identity.ts'
import { KeyAuthenticator } from './auth/key-authenticator.ts'
import { StoredKeyRecords } from './auth/key-records.ts'
import { Operators } from './auth/operators.ts'
import { EdgeJudgmentCache } from './cache/edge-judgment-cache.ts'
import { MemoryJudgmentCache } from './cache/memory-judgment-cache.ts'
import { NoJudgmentCache } from './cache/no-judgment-cache.ts'
import { RequestFingerprintCache } from './cache/request-fingerprint-cache.ts'
import type { Env } from './env.ts'
import { ShareLinkStore } from './evaluations/sharing/share-link-store.ts'
import { BurstLimiter, burstLimit } from './limits/burst-limiter.ts'
import { CachedRepeats } from './limits/cached-repeats.ts'
import { IsolateCounter } from './limits/isolate-counter.ts'
import { JoinTokens } from './nodes/joining/join-tokens.ts'
import { NodeLeases } from './nodes/joining/node-leases.ts'
import { configuredNodes } from './nodes/node.ts'
import { BreakerLog } from './nodes/registry/breaker-log.ts'
import { type ModelCatalog, NodeModelCatalog } from './nodes/registry/model-catalog.ts'
import { NodeHealth } from './nodes/registry/node-health.ts'
import { NodeRegistry } from './nodes/registry/node-registry.ts'
import { NodeThroughput } from './nodes/registry/node-throughput.ts'
import { transportByNode } from './nodes/transport-by-node.ts'
import { NodeTunnels } from './nodes/tunnel/node-tunnels.ts'
import { platformRandom } from './platform/base62.ts'
import { ByteBudget } from './platform/byte-budget.ts'
import { controlDatabase } from './platform/control-database.ts'
import { MasterKeys } from './vault/master-keys.ts'
import { WebhookStore } from './webhooks/webhook-store.ts'

/** The dependencies of the handlers, built once per isolate and passed in. */
export interface Services {
  authenticator: Authenticator
  consoleSessions: ConsoleSessions
  /** Current grants of tenants and keys, for background work. */
  currentGrant: CurrentGrantLookup
  operators: Operators
  access: Access
  burst: BurstLimiter
  cache: MemoryJudgmentCache
  requestFingerprints: RequestFingerprintCache
  /** Counts answers from this isolate's caches until they reach the tenants' usage. */
  cachedRepeats: CachedRepeats
  /** Memory for upload forms that are held whole. */
  formMemory: ByteBudget
  /** Links under which reports are shared. */
  shareLinks: ShareLinkStore
  webhooks: WebhookStore
  nodes: NodeRegistry
  joinTokens: JoinTokens
  nodeLeases: NodeLeases
  nodeTunnels: NodeTunnels
  nodeHealth: NodeHealth
  nodeThroughput: NodeThroughput
  breakerLog: BreakerLog
  models: ModelCatalog
}

/** An isolate has 128 MB for everything. */
const maxFormMemoryBytes = 48_000_000

export function createServices(env: Env): Services {
  const now = () => Date.now()
  const database = controlDatabase(env.DB)
  const destroyData = (tenantId: string) => env.TENANTS.getByName(tenantId).destroy()
  const masterKeys = new MasterKeys(env.MASTER_SECRET, env.MASTER_SECRET_PREVIOUS)
  const access = createAccess({ env, database, masterKeys, destroyData, now })
  const { audit } = access
  const records = new StoredKeyRecords(database)
  const configured = configuredNodes(env)
  const nodes = new NodeRegistry({ database, masterKeys, audit, configured, now })
  const random = platformRandom
  const transport = transportByNode(env)
  const nodeThroughput = new NodeThroughput(database, now)
  const joinTokens = new JoinTokens({ database, audit, now, random })
  const leaseParts = { database, masterKeys, audit, tokens: joinTokens, registry: nodes }
  return {
    access,
    authenticator: new KeyAuthenticator({ records, now, defer: waitUntil }),
    consoleSessions: new ConsoleSessions({ database, now }),
    currentGrant: currentGrantLookup({ records, now }),
    operators: new Operators({
      adminSecret: env.ADMIN_SECRET,
      access: cloudflareAccess(env, now),
      limiter: access.limiter,
    }),
    burst: new BurstLimiter(
      env.SINGLE_ISOLATE === 'yes' ? new IsolateCounter({ now, ...burstLimit }) : env.BURST,
      now,
      waitUntil,
    ),
    cache: new MemoryJudgmentCache({
      behind: env.SINGLE_ISOLATE === 'yes' ? new NoJudgmentCache() : new EdgeJudgmentCache(),
      defer: waitUntil,
    }),
    requestFingerprints: new RequestFingerprintCache(),
    cachedRepeats: new CachedRepeats({
      send: (tenantId, repeats) => env.TENANTS.getByName(tenantId).countCached(tenantId, repeats),
      wait: (milliseconds) => scheduler.wait(milliseconds),
      now,
      defer: waitUntil,
    }),
    shareLinks: new ShareLinkStore({ database, now, random: platformRandom }),
    webhooks: new WebhookStore({ database, masterKeys, now }),
    formMemory: new ByteBudget(maxFormMemoryBytes, now),
    nodes,
    joinTokens,
    nodeLeases: new NodeLeases({ ...leaseParts, configured, now, random }),
    nodeTunnels: new NodeTunnels(env.NODE_TUNNELS),
    nodeHealth: new NodeHealth({ database, transport, throughput: nodeThroughput, now }),
    nodeThroughput,
    breakerLog: new BreakerLog(database, now),
    models: new NodeModelCatalog({ nodes: () => nodes.all(), transport, now, defer: waitUntil }),
  }
}

function cloudflareAccess(env: Env, now: () => number): CloudflareAccess | undefined {
  const { ACCESS_ISSUER: issuer, ACCESS_AUDIENCE: audience } = env
  return issuer && audience ? new CloudflareAccess({ issuer, audience, now }) : undefined
}
