import { createMiddleware } from 'hono/factory'
import type { GatewayEnv } from './context.ts'

/** Cancels the body of an answer to HEAD: nobody reads it, and what writes it would never end. */
export const dropHeadBody = createMiddleware<GatewayEnv>(async (c, next) => {
  await next()
  if (c.req.method !== 'HEAD' || c.res.body === null) return
  const { res } = c
  await res.body?.cancel()
  c.res = new Response(null, res)
})
