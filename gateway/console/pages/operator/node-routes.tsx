import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { JoinTokenCreated, JoinTokenView } from '../../../../schema/api/node-join.ts'
import type { NodeHour } from '../../../../schema/api/node-throughput.ts'
import type { NodeView } from '../../../../schema/api/nodes.ts'
import { publicOrigin } from '../../../http/public-origin.ts'
import type { PublicApi } from '../../api.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, toPath } from '../../session-api.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import type { FreshJoinToken } from './join-tokens.tsx'
import { shownHours } from './node-throughput.tsx'
import { NodesPage } from './nodes-page.tsx'
import { asOperator } from './operator-api.ts'

const tokenPath = '/admin/v1/node-join-tokens'
const path = (id: string) => toPath('/admin/v1/nodes', id)

/** Registering, draining and removing nodes. */
export function nodeRoutes(api: PublicApi) {
  interface Shown {
    values?: Record<string, string>
    problem?: ProblemBody
    freshToken?: FreshJoinToken
  }

  async function showNodes(c: ConsoleContext, { values = {}, problem, freshToken }: Shown = {}) {
    const view = c.get('view')
    const operator = asOperator(api, c)
    const [outcome, hours, tokens] = await Promise.all([
      operator.get<List<NodeView>>('/admin/v1/nodes'),
      operator.get<List<NodeHour>>(`/admin/v1/node-throughput?hours=${shownHours}`),
      operator.get<List<JoinTokenView>>(tokenPath),
    ])
    if ('problem' in outcome) return showProblem(c, view.t.operator.nodes.title, outcome.problem)
    if ('problem' in hours) return showProblem(c, view.t.operator.nodes.title, hours.problem)
    if ('problem' in tokens) return showProblem(c, view.t.operator.nodes.title, tokens.problem)
    const page = (
      <NodesPage
        view={view}
        nodes={outcome.data.data}
        hours={hours.data.data}
        tokens={tokens.data.data}
        values={values}
        {...(problem && { problem })}
        {...(freshToken && { freshToken })}
      />
    )
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
      return 'problem' in outcome
        ? showNodes(c, { values, problem: outcome.problem })
        : c.redirect('/operator/nodes', 303)
    })
    .post('/operator/node-join-tokens', trustedForm('operator'), async (c) => {
      const { note = '', max_uses, hours } = await parseForm(c)
      const outcome = await asOperator(api, c).send<JoinTokenCreated>('POST', tokenPath, {
        ...(note.trim() !== '' && { note: note.trim() }),
        max_uses: Number(max_uses),
        expires_in_seconds: Number(hours) * 3_600,
      })
      return showNodes(
        c,
        'problem' in outcome
          ? { problem: outcome.problem }
          : { freshToken: { ...outcome.data, origin: publicOrigin(c) } },
      )
    })
    .post('/operator/node-join-tokens/:id/revoke', trustedForm('operator'), async (c) => {
      const outcome = await asOperator(api, c).send('DELETE', toPath(tokenPath, c.req.param('id')))
      return 'problem' in outcome
        ? showNodes(c, { problem: outcome.problem })
        : c.redirect('/operator/nodes', 303)
    })
    .use('/operator/nodes/:id/*', trustedForm('operator'))
    .post('/operator/nodes/:id/drain', async (c) => {
      const { draining } = await parseForm(c)
      const body = { draining: draining === 'true' }
      const outcome = await asOperator(api, c).send('PATCH', path(c.req.param('id')), body)
      return 'problem' in outcome
        ? showNodes(c, { problem: outcome.problem })
        : c.redirect('/operator/nodes', 303)
    })
    .post('/operator/nodes/:id/delete', async (c) => {
      const outcome = await asOperator(api, c).send('DELETE', path(c.req.param('id')))
      return 'problem' in outcome
        ? showNodes(c, { problem: outcome.problem })
        : c.redirect('/operator/nodes', 303)
    })
}
