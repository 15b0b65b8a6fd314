import { z } from '@hono/zod-openapi'
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
    summary: 'All plans',
    responses: { 200: jsonAnswer('All plans', listSchema(plan)) },
  },
)

const putPlan = apiRoute(
  { access: 'operator', bodyLimit: 16 * 1024 },
  {
    method: 'put',
    path: '/admin/v1/plans/{id}',
    tags: ['plans'],
    summary: 'Make or change a plan; its tenants feel it within seconds',
    request: {
      params: z.object({ id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) }),
      body: jsonBody(plan.omit({ id: true }).strict()),
    },
    responses: { 200: jsonAnswer('The plan', plan) },
  },
)

const rotate = apiRoute(
  { access: 'operator' },
  {
    method: 'post',
    path: '/admin/v1/master-secret/rotation',
    tags: ['vault'],
    summary: 'Wrap record keys again with the current master secret; repeat until nothing remains',
    responses: {
      200: jsonAnswer(
        'How many were wrapped again, and how many remain',
        z.object({
          rewrapped: z.number(),
          remaining: z.number().meta({ description: 'Still wrapped with an older secret' }),
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
