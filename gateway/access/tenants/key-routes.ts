import { z } from '@hono/zod-openapi'
import { createdKey, key, keyChange, newKey, rotation } from '../../../schema/api/keys.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody, jsonContent, noStore } from '../../http/route-parts.ts'
import { freshKeyView, keyLimitsRow, keyView } from '../views.ts'

const tags = ['keys']
const manage = { scope: 'manage' } as const
const fresh = { 201: jsonAnswer('The key, shown once', createdKey) }
const bodyLimit = 4 * 1024

const list = apiRoute(
  { access: manage },
  {
    method: 'get',
    path: '/v1/keys',
    tags,
    summary: 'The keys of the tenant, newest first',
    responses: { 200: jsonAnswer('All keys', listSchema(key)) },
  },
)

const create = apiRoute(
  { access: manage, bodyLimit },
  {
    method: 'post',
    path: '/v1/keys',
    tags,
    summary: 'Make a key',
    request: { body: jsonBody(newKey) },
    responses: fresh,
  },
)

const change = apiRoute(
  { access: manage, bodyLimit },
  {
    method: 'patch',
    path: '/v1/keys/{id}',
    tags,
    summary: 'Rename a key or change its own limits; felt everywhere within five seconds',
    request: { params: idInPath, body: jsonBody(keyChange) },
    responses: { 200: jsonAnswer('The key', key) },
  },
)

const rotate = apiRoute(
  { access: manage, bodyLimit },
  {
    method: 'post',
    path: '/v1/keys/{id}/rotate',
    tags,
    summary: 'Replace a key; the old one works on for the grace period',
    request: { params: idInPath, body: { content: jsonContent(rotation) } },
    responses: fresh,
  },
)

const revoke = apiRoute(
  { access: manage },
  {
    method: 'delete',
    path: '/v1/keys/{id}',
    tags,
    summary: 'Revoke a key; everywhere within five seconds',
    request: {
      params: idInPath,
      query: z.object({
        confirm: z
          .enum(['lockout'])
          .optional()
          .meta({ description: 'Revokes the last key with the scope `manage`, too' }),
      }),
    },
    responses: {
      200: jsonAnswer('Revoked', z.object({ id: z.string(), deleted: z.literal(true) })),
    },
  },
)

/** Routes of a tenant for its own keys. */
export function keyRoutes() {
  const routes = apiRoutes()

  routes.openapi(list, async (c) => {
    const rows = await c.get('services').access.keys.list(c.get('identity').tenantId)
    const now = Date.now()
    return c.json(
      { object: 'list' as const, data: rows.map((row) => keyView(row, now)), has_more: false },
      200,
    )
  })

  routes.openapi(create, async (c) => {
    const { name, scopes, limits, expires_at: expires } = c.req.valid('json')
    const made = await c.get('services').access.keys.create(c.get('identity').tenantId, {
      name,
      ...(scopes && { scopes }),
      limits: keyLimitsRow(limits),
      ...(expires && { expiresAt: Date.parse(expires) }),
    })
    return c.json(freshKeyView(made, Date.now()), 201, noStore)
  })

  routes.openapi(change, async (c) => {
    const { name, limits } = c.req.valid('json')
    const { access, authenticator } = c.get('services')
    const row = await access.keys.change(c.get('identity').tenantId, c.req.valid('param').id, {
      ...(name !== undefined && { name }),
      ...(limits !== undefined && { limits: limits === null ? null : keyLimitsRow(limits) }),
    })
    authenticator.forget()
    return c.json(keyView(row, Date.now()), 200)
  })

  routes.openapi(rotate, async (c) => {
    const { grace_seconds: grace } = c.req.valid('json') ?? {}
    const { access, authenticator } = c.get('services')
    const made = await access.keys.rotate(c.get('identity').tenantId, c.req.valid('param').id, grace)
    authenticator.forget()
    return c.json(freshKeyView(made, Date.now()), 201, noStore)
  })

  routes.openapi(revoke, async (c) => {
    const { id } = c.req.valid('param')
    const { access, authenticator } = c.get('services')
    const confirmsLockout = c.req.valid('query').confirm === 'lockout'
    await access.keys.revoke(c.get('identity').tenantId, id, { confirmsLockout })
    authenticator.forget()
    return c.json({ id, deleted: true as const }, 200)
  })

  return routes
}
