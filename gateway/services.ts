import type { Authenticator } from './auth/identity.ts'
import { KeyAuthenticator } from './auth/key-authenticator.ts'
import { EdgeJudgmentCache } from './cache/edge-judgment-cache.ts'
import type { JudgmentCache } from './cache/judgment-cache.ts'
import { MemoryJudgmentCache } from './cache/memory-judgment-cache.ts'
import type { Env } from './env.ts'
import { type ModelCatalog, NodeModelCatalog } from './nodes/model-catalog.ts'
import { configuredNodes } from './nodes/node.ts'

/** What the handlers depend on, built once per isolate and passed in. */
export interface Services {
  authenticator: Authenticator
  cache: JudgmentCache
  models: ModelCatalog
}

export function createServices(env: Env): Services {
  return {
    authenticator: new KeyAuthenticator(env.DB),
    cache: new MemoryJudgmentCache(new EdgeJudgmentCache()),
    models: new NodeModelCatalog(configuredNodes(env)),
  }
}
