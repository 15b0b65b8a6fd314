import { z } from '@hono/zod-openapi'
import { reason } from '../../../schema/api/access.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { queryNumber } from '../../../schema/api/query-number.ts'
import { deletionReceipt, grantChange, tenant } from '../../../schema/api/tenants.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import type { GatewayContext } from '../../http/context.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { receiptView, tenantView } from '../views.ts'

const tags = ['tenants']
const one = { 200: jsonAnswer('The tenant', tenant) }
const bodyLimit = 4 * 1024

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants',
    tags,
    summary: 'All tenants, by id',
    request: {
      query: z.object({
        limit: queryNumber(z.coerce.number().int().min(1).max(100).default(50)),
        after: z
          .string()
          .max(64)
          .optional()
          .meta({ description: 'The id of the last tenant of the page before' }),
      }),
    },
    responses: { 200: jsonAnswer('A page', listSchema(tenant)) },
  },
)

const show = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants/{id}',
    tags,
    summary: 'One tenant',
    request: { params: idInPath },
    responses: one,
  },
)

const change = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'patch',
    path: '/admin/v1/tenants/{id}',
    tags,
    summary: 'Change plan, models, scopes or expiry, for example to renew',
    request: { params: idInPath, body: jsonBody(grantChange) },
    responses: one,
  },
)

const step = (name: 'suspend' | 'resume', summary: string) =>
  apiRoute(
    { access: 'operator', bodyLimit },
    {
      method: 'post',
      path: `/admin/v1/tenants/{id}/${name}`,
      tags,
      summary,
      request: { params: idInPath, body: jsonBody(reason) },
      responses: one,
    },
  )
const suspend = step('suspend', 'Refuse all keys of a tenant until it is resumed')
const resume = step('resume', 'End a suspension')

const remove = apiRoute(
  { access: 'operator' },
  {
    method: 'delete',
    path: '/admin/v1/tenants/{id}',
    tags,
    summary: 'Delete a tenant with all its data; answers the receipt, again when repeated',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The receipt', deletionReceipt) },
  },
)

const demo = apiRoute(
  { access: 'operator' },
  {
    method: 'put',
    path: '/admin/v1/demo',
    tags,
    summary: 'Make sure of the demo tenant and answer its test key; repeating changes nothing',
    responses: {
      200: jsonAnswer('The demo tenant', z.object({ tenant_id: z.string(), key: z.string() })),
    },
  },
)

/** Routes of the operator for tenants. */
export function tenantRoutes() {
  const routes = apiRoutes()

  routes.openapi(list, async (c) => {
    const { limit, after } = c.req.valid('query')
    const rows = await c.get('services').access.tenants.list(limit + 1, after)
    const data = rows.slice(0, limit).map(tenantView)
    return c.json({ object: 'list' as const, data, has_more: rows.length > limit }, 200)
  })

  routes.openapi(show, async (c) =>
    c.json(tenantView(await c.get('services').access.tenants.get(c.req.valid('param').id)), 200),
  )

  routes.openapi(change, async (c) => {
    const { access, authenticator } = c.get('services')
    const { expires_at: expires, ...rest } = c.req.valid('json')
    const expiresAt = expires == null ? expires : Date.parse(expires)
    const wish = Object.fromEntries(
      Object.entries({ ...rest, expiresAt }).filter(([, value]) => value !== undefined),
    )
    const row = await access.tenants.change(c.req.valid('param').id, wish, c.get('operator'))
    authenticator.forget()
    return c.json(tenantView(row), 200)
  })

  routes.openapi(suspend, async (c) => {
    const tenant = await setStatus(c, c.req.valid('param').id, 'suspended', c.req.valid('json').reason)
    return c.json(tenant, 200)
  })

  routes.openapi(resume, async (c) => {
    const tenant = await setStatus(c, c.req.valid('param').id, 'active', c.req.valid('json').reason)
    return c.json(tenant, 200)
  })

  routes.openapi(remove, async (c) => {
    const { access, authenticator } = c.get('services')
    const receipt = await access.tenantDeletion.delete(c.req.valid('param').id, c.get('operator'))
    authenticator.forget()
    return c.json(receiptView(receipt), 200)
  })

  routes.openapi(demo, async (c) => {
    const { access, authenticator } = c.get('services')
    const { tenantId, key } = await access.ensureDemoTenant(c.get('operator'))
    authenticator.forget()
    return c.json({ tenant_id: tenantId, key }, 200)
  })

  return routes
}

async function setStatus(c: GatewayContext, id: string, status: 'active' | 'suspended', reason: string) {
  const { access, authenticator } = c.get('services')
  const row = await access.tenants.setStatus(id, status, c.get('operator'), reason)
  authenticator.forget()
  return tenantView(row)
}
