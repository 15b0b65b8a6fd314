import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { NodeView } from '../../../../schema/api/nodes.ts'
import type { PublicApi } from '../../api.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, toPath } from '../../session-api.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { NodesPage } from './nodes-page.tsx'
import { asOperator } from './operator-api.ts'

const path = (id: string) => toPath('/admin/v1/nodes', id)

/** Registering, draining and removing nodes. */
export function nodeRoutes(api: PublicApi) {
  async function showNodes(c: ConsoleContext, values: Record<string, string> = {}, problem?: ProblemBody) {
    const view = c.get('view')
    const outcome = await asOperator(api, c).get<List<NodeView>>('/admin/v1/nodes')
    if ('problem' in outcome) return showProblem(c, view.t.operator.nodes.title, outcome.problem)
    const page = <NodesPage view={view} nodes={outcome.data.data} values={values} problem={problem} />
    return show(c, page, problem === undefined ? 200 : 400)
  }

  return new Hono<ConsoleEnv>()
    .get('/operator/nodes', (c) => showNodes(c))
    .post('/operator/nodes', trustedForm('operator'), async (c) => {
      const values = await parseForm(c)
      const { id = '', url = '', secret = '', region = '', adapter = 'auto' } = values
      const outcome = await asOperator(api, c).send('POST', '/admin/v1/nodes', {
        id: id.trim(),
        url: url.trim(),
        adapter,
        ...(secret !== '' && { secret }),
        ...(region !== '' && { region }),
      })
      return 'problem' in outcome ? showNodes(c, values, outcome.problem) : c.redirect('/operator/nodes', 303)
    })
    .use('/operator/nodes/:id/*', trustedForm('operator'))
    .post('/operator/nodes/:id/drain', async (c) => {
      const { draining } = await parseForm(c)
      const body = { draining: draining === 'true' }
      const outcome = await asOperator(api, c).send('PATCH', path(c.req.param('id')), body)
      return 'problem' in outcome ? showNodes(c, {}, outcome.problem) : c.redirect('/operator/nodes', 303)
    })
    .post('/operator/nodes/:id/delete', async (c) => {
      const outcome = await asOperator(api, c).send('DELETE', path(c.req.param('id')))
      return 'problem' in outcome ? showNodes(c, {}, outcome.problem) : c.redirect('/operator/nodes', 303)
    })
}
