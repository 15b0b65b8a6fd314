import { createMiddleware } from 'hono/factory'
import { FailureError } from '../../schema/api/errors.ts'
import type { GatewayEnv } from '../http/context.ts'
import { constantTimeEqual } from './constant-time.ts'

/** Lets an operator through: the bearer of the admin secret. */
export const requireOperator = createMiddleware<GatewayEnv>(async (c, next) => {
  const secret = c.env.ADMIN_SECRET
  const given = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1]
  if (!secret || given === undefined || !(await constantTimeEqual(given, secret))) {
    throw new FailureError({
      code: 'operator_required',
      detail: 'This route is for operators: send the admin secret as a bearer token.',
      source: 'gateway',
    })
  }
  c.set('operator', 'admin-secret')
  await next()
})
