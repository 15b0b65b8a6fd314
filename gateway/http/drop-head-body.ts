import { createMiddleware } from 'hono/factory'
import type { GatewayEnv } from './context.ts'

/** Cancels the body of a response to HEAD: nobody reads it, so its writer would never end. */
export const dropHeadBody = createMiddleware<GatewayEnv>(async (c, next) => {
  if (c.req.method !== 'HEAD') return next()
  await next()
  if (c.res.body === null) return
  const { res } = c
  await res.body?.cancel()
  c.res = new Response(null, res)
})
