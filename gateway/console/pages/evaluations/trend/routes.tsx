import { Hono } from 'hono'
import type { EvaluationHistory } from '../../../../../schema/api/evaluation-tags.ts'
import type { PublicApi } from '../../../api.ts'
import { show, showProblem } from '../../../render.tsx'
import { sessionApi } from '../../../session-api.ts'
import { requireSession } from '../../../sessions/require-session.ts'
import type { ConsoleEnv } from '../../../view.ts'
import { TrendPage } from './trend-page.tsx'

const runs = '50'

/** The runs of one dataset or one tag in their order. */
export function trendRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  return new Hono<ConsoleEnv>().use('/trend', requireSession('tenant')).get('/trend', async (c) => {
    const view = c.get('view')
    const [dataset, tag] = [c.req.query('dataset'), c.req.query('tag')]
    if (!dataset && !tag) return c.redirect('/evaluations', 303)
    const query = new URLSearchParams({ limit: runs, ...(dataset ? { dataset } : { tag: tag! }) })
    const history = await asTenant(c).get<EvaluationHistory>(`/v1/evaluations/history?${query}`)
    if ('problem' in history)
      return showProblem(c, view.t.evaluations.trend.title(dataset || tag!), history.problem)
    return show(c, <TrendPage view={view} history={history.data} />)
  })
}
