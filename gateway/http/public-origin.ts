import type { Context } from 'hono'
import type { Env } from '../env.ts'

/** The origin that readers reach the service under: PUBLIC_URL where the operator set it, else that of the request. */
export function publicOrigin(c: Pick<Context<{ Bindings: Env }>, 'env' | 'req'>): string {
  const { PUBLIC_URL: configured } = c.env
  return configured && URL.canParse(configured) ? new URL(configured).origin : new URL(c.req.url).origin
}
