import { waitUntil } from 'cloudflare:workers'
import { type Access, createAccess } from './access/access.ts'
import { CloudflareAccess } from './auth/cloudflare-access.ts'
import type { Authenticator } from './auth/identity.ts'
import { KeyAuthenticator } from './auth/key-authenticator.ts'
import { StoredKeyRecords } from './auth/key-records.ts'
import { Operators } from './auth/operators.ts'
import { EdgeJudgmentCache } from './cache/edge-judgment-cache.ts'
import type { JudgmentCache } from './cache/judgment-cache.ts'
import { MemoryJudgmentCache } from './cache/memory-judgment-cache.ts'
import { controlDatabase } from './control-database.ts'
import type { Env } from './env.ts'
import { type ModelCatalog, NodeModelCatalog } from './nodes/model-catalog.ts'
import { configuredNodes } from './nodes/node.ts'

/** What the handlers depend on, built once per isolate and passed in. */
export interface Services {
  authenticator: Authenticator
  operators: Operators
  access: Access
  cache: JudgmentCache
  models: ModelCatalog
}

export function createServices(env: Env): Services {
  const now = () => Date.now()
  const database = controlDatabase(env.DB)
  const destroyData = (tenantId: string) => env.TENANTS.getByName(tenantId).destroy()
  const access = createAccess({ env, database, destroyData, now })
  return {
    access,
    authenticator: new KeyAuthenticator({ records: new StoredKeyRecords(database), now, defer: waitUntil }),
    operators: new Operators({
      adminSecret: env.ADMIN_SECRET,
      access: cloudflareAccess(env, now),
      limiter: access.limiter,
    }),
    cache: new MemoryJudgmentCache(new EdgeJudgmentCache()),
    models: new NodeModelCatalog(configuredNodes(env)),
  }
}

function cloudflareAccess(env: Env, now: () => number): CloudflareAccess | undefined {
  const { ACCESS_ISSUER: issuer, ACCESS_AUDIENCE: audience } = env
  return issuer && audience ? new CloudflareAccess({ issuer, audience, now }) : undefined
}
