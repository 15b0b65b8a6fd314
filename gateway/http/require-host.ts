import { createMiddleware } from 'hono/factory'
import { FailureError, reason } from '../../schema/api/errors.ts'
import type { GatewayEnv } from './context.ts'

/** Refuses a request whose Host header is malformed: parsing its URL would fail later. */
export const requireHost = createMiddleware<GatewayEnv>(async (c, next) => {
  if (URL.canParse(c.req.url)) return next()
  throw new FailureError({ code: 'invalid_request', ...reason('host_invalid'), source: 'gateway' })
})
