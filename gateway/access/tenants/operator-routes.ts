import { z } from '@hono/zod-openapi'
import { described, summarized } from '../../../schema/api/described.ts'
import { listSchema } from '../../../schema/api/lists.ts'
import { plan } from '../../../schema/api/tenants.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { planRow, planView } from '../views.ts'

const listPlans = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/plans',
    tags: ['plans'],
    ...summarized('List plans', '요금제 목록'),
    responses: { 200: jsonAnswer(described('List plans', '요금제 목록'), listSchema(plan)) },
  },
)

const putPlan = apiRoute(
  { access: 'operator', bodyLimit: 16 * 1024 },
  {
    method: 'put',
    path: '/admin/v1/plans/{id}',
    tags: ['plans'],
    ...summarized(
      'Create or change a plan; takes effect within seconds',
      '요금제 생성 또는 변경. 몇 초 안에 적용됩니다',
    ),
    request: {
      params: z.object({ id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) }),
      body: jsonBody(plan.omit({ id: true }).strict()),
    },
    responses: { 200: jsonAnswer(described('The plan', '요금제'), plan) },
  },
)

const rotate = apiRoute(
  { access: 'operator' },
  {
    method: 'post',
    path: '/admin/v1/master-secret/rotation',
    tags: ['vault'],
    ...summarized(
      'Rewrap record keys with the current master secret; repeat until none remain',
      '현재 마스터 시크릿으로 레코드 키를 다시 암호화. 남은 키가 없을 때까지 반복합니다',
    ),
    responses: {
      200: jsonAnswer(
        described('Rewrapped and remaining keys', '다시 암호화한 수와 남은 수'),
        z.object({
          rewrapped: z.number(),
          remaining: z
            .number()
            .meta(described('Keys still wrapped with an older secret', '이전 시크릿으로 암호화된 키의 수')),
        }),
      ),
    },
  },
)

/** Routes of the operator for plans and the master secret. */
export function operatorRoutes() {
  const routes = apiRoutes()

  routes.openapi(listPlans, async (c) => {
    const rows = await c.get('services').access.plans.list()
    return c.json({ object: 'list' as const, data: rows.map(planView), has_more: false }, 200)
  })

  routes.openapi(putPlan, async (c) => {
    const { access, authenticator } = c.get('services')
    const wanted = { id: c.req.valid('param').id, ...c.req.valid('json') }
    await access.plans.put(planRow(wanted), c.get('operator'))
    authenticator.forget()
    return c.json(wanted, 200)
  })

  routes.openapi(rotate, async (c) => {
    const { audit, rotateMasterSecret } = c.get('services').access
    const outcome = await rotateMasterSecret()
    const entry = {
      actor: c.get('operator'),
      action: 'master-secret.rotate',
      subject: 'vault',
      detail: outcome,
    }
    await audit.commit(entry, [])
    return c.json(outcome, 200)
  })

  return routes
}
