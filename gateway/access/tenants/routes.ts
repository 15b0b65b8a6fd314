import { z } from '@hono/zod-openapi'
import { reason } from '../../../schema/api/access.ts'
import { described, type Summary, summarized } from '../../../schema/api/described.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { queryNumber } from '../../../schema/api/query-number.ts'
import { deletionReceipt, grantChange, tenant } from '../../../schema/api/tenants.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import type { GatewayContext } from '../../http/context.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { receiptView, tenantView } from '../views.ts'

const tags = ['tenants']
const one = { 200: jsonAnswer(described('The tenant', '테넌트'), tenant) }
const bodyLimit = 4 * 1024

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants',
    tags,
    ...summarized('List tenants by ID', '테넌트 목록(ID순)'),
    request: {
      query: z.object({
        limit: queryNumber(z.coerce.number().int().min(1).max(100).default(50)),
        after: z
          .string()
          .max(64)
          .optional()
          .meta(described('ID of the last tenant on the previous page', '이전 페이지 마지막 테넌트의 ID')),
      }),
    },
    responses: { 200: jsonAnswer(described('One page', '목록 한 페이지'), listSchema(tenant)) },
  },
)

const show = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants/{id}',
    tags,
    ...summarized('Get a tenant', '테넌트 조회'),
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
    ...summarized(
      "Change a tenant's plan, models, scopes or expiry, for example to renew it",
      '테넌트의 요금제, 모델, 권한, 만료일 변경(연장 등)',
    ),
    request: { params: idInPath, body: jsonBody(grantChange) },
    responses: one,
  },
)

const step = (name: 'suspend' | 'resume', summary: Summary) =>
  apiRoute(
    { access: 'operator', bodyLimit },
    {
      method: 'post',
      path: `/admin/v1/tenants/{id}/${name}`,
      tags,
      ...summary,
      request: { params: idInPath, body: jsonBody(reason) },
      responses: one,
    },
  )
const suspend = step(
  'suspend',
  summarized(
    'Suspend a tenant: refuse all its keys until it is resumed',
    '테넌트 정지: 재개할 때까지 모든 키를 거부합니다',
  ),
)
const resume = step('resume', summarized('Resume a suspended tenant', '정지된 테넌트 재개'))

const remove = apiRoute(
  { access: 'operator' },
  {
    method: 'delete',
    path: '/admin/v1/tenants/{id}',
    tags,
    ...summarized(
      'Delete a tenant with all its data; repeating returns the same receipt',
      '테넌트와 모든 데이터 삭제. 반복해도 같은 삭제 확인서를 반환합니다',
    ),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The deletion receipt', '삭제 확인서'), deletionReceipt) },
  },
)

const demo = apiRoute(
  { access: 'operator' },
  {
    method: 'put',
    path: '/admin/v1/demo',
    tags,
    ...summarized(
      'Create the demo tenant if needed and return its test key; idempotent',
      '체험용 테넌트를 준비하고 테스트 키를 반환. 반복해도 결과가 같습니다',
    ),
    responses: {
      200: jsonAnswer(
        described('The demo tenant', '체험용 테넌트'),
        z.object({ tenant_id: z.string(), key: z.string() }),
      ),
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
