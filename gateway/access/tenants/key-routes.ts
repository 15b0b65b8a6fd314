import { z } from '@hono/zod-openapi'
import { described, summarized } from '../../../schema/api/described.ts'
import { createdKey, key, keyChange, newKey, rotation } from '../../../schema/api/keys.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody, jsonContent, noStore } from '../../http/route-parts.ts'
import { freshKeyView, keyLimitsRow, keyView } from '../views.ts'

const tags = ['keys']
const manage = { scope: 'manage' } as const
const fresh = { 201: jsonAnswer(described('The key, shown once', '키. 한 번만 보여 줍니다'), createdKey) }
const bodyLimit = 4 * 1024

const list = apiRoute(
  { access: manage },
  {
    method: 'get',
    path: '/v1/keys',
    tags,
    ...summarized('The keys of the tenant, newest first', '테넌트의 키, 새것부터'),
    responses: { 200: jsonAnswer(described('All keys', '모든 키'), listSchema(key)) },
  },
)

const create = apiRoute(
  { access: manage, bodyLimit },
  {
    method: 'post',
    path: '/v1/keys',
    tags,
    ...summarized('Make a key', '키를 만듭니다'),
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
    ...summarized(
      'Rename a key or change its own limits; felt everywhere within five seconds',
      '키의 이름이나 한도를 바꿉니다. 5초 안에 어디에나 적용됩니다',
    ),
    request: { params: idInPath, body: jsonBody(keyChange) },
    responses: { 200: jsonAnswer(described('The key', '키'), key) },
  },
)

const rotate = apiRoute(
  { access: manage, bodyLimit },
  {
    method: 'post',
    path: '/v1/keys/{id}/rotate',
    tags,
    ...summarized(
      'Replace a key; the old one works on for the grace period',
      '키를 교체합니다. 옛 키는 유예 기간 동안 함께 쓸 수 있습니다',
    ),
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
    ...summarized(
      'Revoke a key; everywhere within five seconds',
      '키를 폐기합니다. 5초 안에 어디서나 거절됩니다',
    ),
    request: {
      params: idInPath,
      query: z.object({
        confirm: z
          .enum(['lockout'])
          .optional()
          .meta(
            described(
              'Revokes the last key with the scope `manage`, too',
              '`manage` 권한이 있는 마지막 키도 폐기합니다',
            ),
          ),
      }),
    },
    responses: {
      200: jsonAnswer(
        described('Revoked', '폐기되었습니다'),
        z.object({ id: z.string(), deleted: z.literal(true) }),
      ),
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
