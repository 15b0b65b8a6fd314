import { z } from '@hono/zod-openapi'
import { described, summarized } from '../../../schema/api/described.ts'
import { createdKey, key, keyChange, newKey, rotation } from '../../../schema/api/keys.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody, jsonContent, noStore } from '../../http/route-parts.ts'
import { freshKeyView, keyLimitsRow, keyView } from '../views.ts'

const tags = ['keys']
const manage = { scope: 'manage' } as const
const fresh = {
  201: jsonAnswer(described('The key, shown only once', 'API 키. 한 번만 표시됩니다'), createdKey),
}
const bodyLimit = 4 * 1024

const list = apiRoute(
  { access: manage },
  {
    method: 'get',
    path: '/v1/keys',
    tags,
    ...summarized('List API keys, newest first', 'API 키 목록(최신순)'),
    responses: { 200: jsonAnswer(described('All keys', '모든 키'), listSchema(key)) },
  },
)

const create = apiRoute(
  { access: manage, bodyLimit },
  {
    method: 'post',
    path: '/v1/keys',
    tags,
    ...summarized('Create an API key', 'API 키 발급'),
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
      'Rename a key or change its limits; takes effect within five seconds',
      '키 이름이나 한도 변경. 5초 안에 적용됩니다',
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
      'Rotate a key; the old one stays valid for the grace period',
      '키 교체. 기존 키는 유예 기간 동안 유효합니다',
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
    ...summarized('Revoke a key; takes effect within five seconds', '키 폐기. 5초 안에 적용됩니다'),
    request: {
      params: idInPath,
      query: z.object({
        confirm: z
          .enum(['lockout'])
          .optional()
          .meta(
            described(
              'Revoke it even if it is the last key with the scope `manage`',
              '`manage` 권한이 있는 마지막 키도 폐기',
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
