import { Hono } from 'hono'
import type { PublicApi } from '../../api.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, toPath } from '../../session-api.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleEnv } from '../../view.ts'
import { asOperator, type Plan } from './operator-api.ts'
import { PlanPage, planNumbers } from './plan-page.tsx'

/** Changing plans. */
export function planRoutes(api: PublicApi) {
  return new Hono<ConsoleEnv>()
    .get('/operator/plans/:id', async (c) => {
      const view = c.get('view')
      const outcome = await asOperator(api, c).get<List<Plan>>('/admin/v1/plans')
      if ('problem' in outcome) return showProblem(c, view.t.operator.tenants.plans, outcome.problem)
      const plan = outcome.data.data.find(({ id }) => id === c.req.param('id'))
      if (plan === undefined) return c.redirect('/operator/tenants')
      const values = Object.fromEntries(
        Object.entries(plan).map(([name, value]) => [name, String(value ?? '')]),
      )
      return show(c, <PlanPage view={view} id={plan.id} values={values} />)
    })
    .post('/operator/plans/:id', trustedForm('operator'), async (c) => {
      const values = await parseForm(c)
      const models = (values.models ?? '').split(',').map((model) => model.trim())
      const named = models.filter((model) => model !== '')
      const id = c.req.param('id')
      const outcome = await asOperator(api, c).send('PUT', toPath('/admin/v1/plans', id), {
        name: values.name,
        models: named.length === 0 ? null : named,
        ...Object.fromEntries(planNumbers.map((name) => [name, Number(values[name])])),
      })
      if ('data' in outcome) return c.redirect('/operator/tenants', 303)
      const page = <PlanPage view={c.get('view')} id={id} values={values} problem={outcome.problem} />
      return show(c, page, 400)
    })
}
