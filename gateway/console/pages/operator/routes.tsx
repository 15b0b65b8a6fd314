import { Hono } from 'hono'
import type { PublicApi } from '../../api.ts'
import { show, showProblem } from '../../render.tsx'
import type { List } from '../../session-api.ts'
import { requireSession } from '../../sessions/require-session.ts'
import type { ConsoleEnv } from '../../view.ts'
import { type AuditLogFilter, auditFilterNames } from './audit-log-filters.tsx'
import { AuditLogPage, type ChainState } from './audit-log-page.tsx'
import { nodeRoutes } from './node-routes.tsx'
import { type AuditRow, asOperator, type Rollup } from './operator-api.ts'
import { overviewRoutes } from './overview-routes.tsx'
import { planRoutes } from './plan-routes.tsx'
import { reviewRoutes } from './review-routes.tsx'
import { tenantRoutes } from './tenant-routes.tsx'
import { OperatorUsagePage } from './usage-page.tsx'

/** Everything behind the operator's sign-in. */
export function operatorRoutes(api: PublicApi) {
  return new Hono<ConsoleEnv>()
    .use('/operator/*', requireSession('operator'))
    .route('/', overviewRoutes(api))
    .route('/', reviewRoutes(api))
    .route('/', tenantRoutes(api))
    .route('/', planRoutes(api))
    .route('/', nodeRoutes(api))
    .get('/operator/audit', async (c) => {
      const view = c.get('view')
      const { before, ...given } = c.req.query()
      const filter: AuditLogFilter = Object.fromEntries(
        auditFilterNames.flatMap((name) => (given[name] ? [[name, given[name]]] : [])),
      )
      const query = new URLSearchParams({ limit: '50', ...filter, ...(before && { before }) })
      const [rows, chain] = await Promise.all([
        asOperator(api, c).get<List<AuditRow>>(`/admin/v1/audit?${query}`),
        asOperator(api, c).get<ChainState>('/admin/v1/audit/verification'),
      ])
      if ('problem' in rows) return showProblem(c, view.t.operator.audit.title, rows.problem)
      const { data, has_more } = rows.data
      const next = has_more ? (data.at(-1)?.sequence ?? null) : null
      const state = 'data' in chain ? chain.data : null
      return show(c, <AuditLogPage view={view} rows={data} chain={state} filter={filter} next={next} />)
    })
    .get('/operator/usage', async (c) => {
      const view = c.get('view')
      const outcome = await asOperator(api, c).get<List<Rollup>>('/admin/v1/usage')
      if ('problem' in outcome) return showProblem(c, view.t.operator.usage.title, outcome.problem)
      return show(c, <OperatorUsagePage view={view} rows={outcome.data.data} now={Date.now()} />)
    })
}
