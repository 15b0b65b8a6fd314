import { createMiddleware } from 'hono/factory'
import { FailureError, reason } from '../../schema/api/errors.ts'
import { bearerToken } from '../auth/token.ts'
import type { GatewayEnv } from './context.ts'

/** Lets the holder of an application's status token through, and hands the application on. */
export const requireApplicant = createMiddleware<GatewayEnv>(async (c, next) => {
  const token = bearerToken(c.req.header('authorization'))
  if (token === undefined) {
    throw new FailureError({
      code: 'status_token_required',
      ...reason('status_token_missing'),
      source: 'gateway',
    })
  }
  c.set(
    'application',
    await c.get('services').access.applicationService.authenticate(c.req.param('id') ?? '', token),
  )
  await next()
  c.header('cache-control', 'no-store')
})
