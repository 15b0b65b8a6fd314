import { z } from '@hono/zod-openapi'
import { described, summarized } from '../../../schema/api/described.ts'
import { createdKey, key, newKey } from '../../../schema/api/keys.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody, noStore } from '../../http/route-parts.ts'
import { freshKeyView, keyLimitsRow, keyView } from '../views.ts'

const listKeys = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants/{id}/keys',
    tags: ['tenants'],
    ...summarized('List the keys of a tenant, without secrets', '테넌트의 키 목록(키 값 제외)'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('All keys', '모든 키'), listSchema(key)) },
  },
)

const issueKey = apiRoute(
  { access: 'operator', bodyLimit: 4 * 1024 },
  {
    method: 'post',
    path: '/admin/v1/tenants/{id}/keys',
    tags: ['tenants'],
    ...summarized(
      'Create a key for a tenant, for example after a lockout; logged',
      '테넌트의 키 발급(키 관리 권한을 잃은 경우 등). 감사 기록에 남습니다',
    ),
    request: { params: idInPath, body: jsonBody(newKey) },
    responses: {
      201: jsonAnswer(described('The key, shown only once', 'API 키. 한 번만 표시됩니다'), createdKey),
    },
  },
)

const revokeKey = apiRoute(
  { access: 'operator' },
  {
    method: 'delete',
    path: '/admin/v1/keys/{id}',
    tags: ['tenants'],
    ...summarized(
      'Revoke a key of any tenant; takes effect within five seconds',
      '테넌트의 키 폐기. 5초 안에 적용됩니다',
    ),
    request: { params: idInPath },
    responses: {
      200: jsonAnswer(
        described('Revoked', '폐기되었습니다'),
        z.object({ id: z.string(), deleted: z.literal(true) }),
      ),
    },
  },
)

/** Routes of the operator for the keys of tenants. */
export function operatorKeyRoutes() {
  const routes = apiRoutes()

  routes.openapi(listKeys, async (c) => {
    const { tenants, keys } = c.get('services').access
    const tenant = await tenants.get(c.req.valid('param').id)
    const now = Date.now()
    const data = (await keys.list(tenant.id)).map((row) => keyView(row, now))
    return c.json({ object: 'list' as const, data, has_more: false }, 200)
  })

  routes.openapi(issueKey, async (c) => {
    const { access, authenticator } = c.get('services')
    const tenant = await access.tenants.get(c.req.valid('param').id)
    const { name, scopes, limits, expires_at: expires } = c.req.valid('json')
    const { writes, ...fresh } = await access.keys.prepareCreation(tenant.id, {
      name,
      ...(scopes && { scopes }),
      limits: keyLimitsRow(limits),
      ...(expires && { expiresAt: Date.parse(expires) }),
    })
    const detail = { key: fresh.row.id, scopes: fresh.row.scopes.join(' ') }
    await access.audit.commit(
      { actor: c.get('operator'), action: 'key.create', subject: tenant.id, detail },
      writes,
    )
    await access.keys.requireStored(fresh.row.id)
    authenticator.forget()
    return c.json(freshKeyView(fresh, Date.now()), 201, noStore)
  })

  routes.openapi(revokeKey, async (c) => {
    const { id } = c.req.valid('param')
    const { access, authenticator } = c.get('services')
    const write = await access.keys.prepareRevocation(id)
    const entry = { actor: c.get('operator'), action: 'key.revoke', subject: id }
    await access.audit.commit(entry, write)
    authenticator.forget()
    return c.json({ id, deleted: true as const }, 200)
  })

  return routes
}
