import { createMiddleware } from 'hono/factory'
import { FailureError, reason } from '../../schema/api/errors.ts'
import type { Scope } from '../../schema/api/scopes.ts'
import { clientAddress } from './client-address.ts'
import type { GatewayEnv } from './context.ts'

/** Lets a request through when its API key is valid and has the scopes. */
export const requireScope = (...scopes: Scope[]) =>
  createMiddleware<GatewayEnv>(async (c, next) => {
    const authenticator = c.get('services').authenticator
    const outcome = await c
      .get('timing')
      .measure('auth', () =>
        authenticator.authenticate(c.req.header('authorization'), () => clientAddress(c)),
      )
    if ('failure' in outcome) throw new FailureError(outcome.failure)
    const flood = c.get('services').burst.check(outcome.identity.keyId)
    if (flood !== null) throw new FailureError(flood)
    const missing = scopes.find((scope) => !outcome.identity.scopes.includes(scope))
    if (missing !== undefined) {
      throw new FailureError({
        code: 'insufficient_scope',
        ...reason('scope_missing', { scope: missing, scopes: outcome.identity.scopes.join(', ') }),
        source: 'gateway',
      })
    }
    c.set('identity', outcome.identity)
    c.set('tenant', c.env.TENANTS.getByName(outcome.identity.tenantId))
    await next()
  })
