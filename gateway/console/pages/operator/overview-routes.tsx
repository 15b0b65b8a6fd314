import { Hono } from 'hono'
import type { NodeView } from '../../../../schema/api/nodes.ts'
import type { PublicApi } from '../../api.ts'
import { toKoreanDay } from '../../format.ts'
import { show, showProblem } from '../../render.tsx'
import type { List } from '../../session-api.ts'
import type { ConsoleEnv } from '../../view.ts'
import type { ChainState } from './audit-log-page.tsx'
import { type ApplicationSummary, asOperator, type Rollup, type Tenant } from './operator-api.ts'
import { OverviewPage } from './overview-page.tsx'

const soonMs = 14 * 86_400_000

/** Serves the operator overview. A part that cannot be loaded does not affect the others. */
export function overviewRoutes(api: PublicApi) {
  return new Hono<ConsoleEnv>().get('/operator', async (c) => {
    const view = c.get('view')
    const operator = asOperator(api, c)
    const now = Date.now()
    const day = toKoreanDay(new Date(now).toISOString())
    const [waiting, all, nodes, tenants, today, chain] = await Promise.all([
      operator.get<List<ApplicationSummary>>('/admin/v1/applications?limit=100'),
      operator.get<List<ApplicationSummary>>('/admin/v1/applications?status=all&limit=100'),
      operator.get<List<NodeView>>('/admin/v1/nodes'),
      operator.get<List<Tenant>>('/admin/v1/tenants?limit=100'),
      operator.get<List<Rollup>>(`/admin/v1/usage?from=${day}`),
      operator.get<ChainState>('/admin/v1/audit/verification'),
    ])
    if ('problem' in waiting && waiting.problem.status < 500) {
      return showProblem(c, view.t.operator.overview.title, waiting.problem)
    }
    const overview = {
      waiting: 'data' in waiting ? waiting.data : null,
      undelivered:
        'data' in all ? all.data.data.filter(({ mail }) => mail === 'failed' || mail === 'held') : null,
      nodes: 'data' in nodes ? nodes.data.data : null,
      expiring: 'data' in tenants ? tenants.data.data.filter((tenant) => expiresSoon(tenant, now)) : null,
      today: 'data' in today ? today.data.data : null,
      chain: 'data' in chain ? chain.data : null,
    }
    return show(c, <OverviewPage view={view} overview={overview} />)
  })
}

const expiresSoon = ({ status, expires_at: end }: Tenant, now: number) =>
  status === 'active' && end !== null && Date.parse(end) < now + soonMs
