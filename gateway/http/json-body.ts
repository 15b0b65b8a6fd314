import { createMiddleware } from 'hono/factory'
import { FailureError } from '../../schema/api/errors.ts'
import type { GatewayEnv } from './context.ts'

/** Refuses bodies that do not say they are JSON, before a validator would ignore them. No body is no such body. */
export const jsonOnly = createMiddleware<GatewayEnv>(async (c, next) => {
  if (c.req.raw.body === null || c.req.header('content-length') === '0') return next()
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') {
    throw new FailureError({
      code: 'unsupported_media_type',
      detail: 'Send the body as JSON, with Content-Type: application/json.',
      source: 'gateway',
    })
  }
  await next()
})
