import { createMiddleware } from 'hono/factory'
import { clientAddress } from './client-address.ts'
import type { GatewayEnv } from './context.ts'

/** Name of the operator who signs in with the admin secret, percent-encoded. */
export const operatorNameHeader = 'x-operator-name'

/** Lets an operator through and notes who it is, for the audit log. */
export const requireOperator = createMiddleware<GatewayEnv>(async (c, next) => {
  const operator = await c.get('services').operators.authenticate({
    authorization: c.req.header('authorization'),
    accessToken: c.req.header('cf-access-jwt-assertion'),
    address: clientAddress(c),
    givenName: c.req.header(operatorNameHeader),
    crossSite: ['cross-site', 'same-site'].includes(c.req.header('sec-fetch-site') ?? ''),
  })
  c.set('operator', operator.id)
  c.set('operatorName', operator.name)
  await next()
  c.header('cache-control', 'no-store')
})
