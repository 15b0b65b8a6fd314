import { createMiddleware } from 'hono/factory'
import { FailureError, reason } from '../../schema/api/errors.ts'
import type { GatewayEnv } from './context.ts'

/** Refuses a request whose Host header makes its address none, which would fail wherever the address is parsed. */
export const demandAddress = createMiddleware<GatewayEnv>(async (c, next) => {
  if (URL.canParse(c.req.url)) return next()
  throw new FailureError({ code: 'invalid_request', ...reason('host_invalid'), source: 'gateway' })
})
