import type { TenantObject } from './tenant/object.ts'

/** Everything the platform gives the Worker. Secrets come from `wrangler secret` or `.dev.vars`. */
export interface Env {
  DB: D1Database
  TENANTS: DurableObjectNamespace<TenantObject>
  /** Base URLs of OpenAI-compatible nodes, comma-separated. */
  NODES: string
  /** Shared secret towards the nodes. */
  NODE_SECRET?: string
  /** Operators sign in with this where Cloudflare Access is not configured. */
  ADMIN_SECRET?: string
  /** Base64 of 32 bytes: wraps the record keys of personal data. */
  MASTER_SECRET?: string
}
