import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { Judgment, Replay } from '../../../../schema/api/judgments.ts'
import type { PublicApi } from '../../api.ts'
import { toEndOfDay } from '../../format.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { filterNames, type JudgmentFilter } from './judgment-filters.tsx'
import { JudgmentPage } from './judgment-page.tsx'
import { JudgmentsPage } from './judgments-page.tsx'
import type { StoredJudgment } from './stored-judgment.ts'

/** The history: what is stored, page by page, and each with its provenance. */
export function judgmentRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (id: string) => toPath('/v1/judgments', id)

  async function showJudgment(c: ConsoleContext, extra: { replay?: Replay; problem?: ProblemBody } = {}) {
    const view = c.get('view')
    const outcome = await asTenant(c).get<StoredJudgment>(path(c.req.param('id') ?? ''))
    if ('problem' in outcome) return showProblem(c, view.t.judgments.one, outcome.problem)
    return show(c, <JudgmentPage view={view} judgment={outcome.data} {...extra} />)
  }

  return new Hono<ConsoleEnv>()
    .use('/judgments', requireSession('tenant'))
    .use('/judgments/*', requireSession('tenant'))
    .get('/judgments', async (c) => {
      const view = c.get('view')
      const given = c.req.query()
      const filter: JudgmentFilter = Object.fromEntries(
        filterNames.flatMap((name) => (given[name] ? [[name, given[name]]] : [])),
      )
      const [outcome, models] = await Promise.all([
        asTenant(c).get<List<Judgment>>(`/v1/judgments?${toApiQuery(filter, given.after)}`),
        asTenant(c).get<List<{ id: string }>>('/v1/models'),
      ])
      if ('problem' in outcome) return showProblem(c, view.t.judgments.title, outcome.problem)
      const { data, has_more } = outcome.data
      const page = (
        <JudgmentsPage
          view={view}
          judgments={data}
          filter={filter}
          models={'data' in models ? models.data.data.map(({ id }) => id) : []}
          next={has_more ? `${new URLSearchParams({ ...filter, after: data.at(-1)?.id ?? '' })}` : null}
        />
      )
      return show(c, page)
    })
    .get('/judgments/:id', (c) => showJudgment(c))
    .post('/judgments/:id/replay', trustedForm('tenant'), async (c) => {
      const outcome = await asTenant(c).send<Replay>('POST', `${path(c.req.param('id'))}/replay`)
      return showJudgment(c, 'data' in outcome ? { replay: outcome.data } : outcome)
    })
    .post('/judgments/:id/delete', trustedForm('tenant'), async (c) => {
      const outcome = await asTenant(c).send('DELETE', path(c.req.param('id')))
      if ('problem' in outcome) return showProblem(c, c.get('view').t.judgments.one, outcome.problem)
      return c.redirect('/judgments', 303)
    })
}

/** The query of the API: days are whole days in Korea. */
function toApiQuery({ from, to, ...filter }: JudgmentFilter, after: string | undefined): URLSearchParams {
  return new URLSearchParams({
    limit: '20',
    ...filter,
    ...(from && { since: `${from}T00:00:00+09:00` }),
    ...(to && { until: toEndOfDay(to) }),
    ...(after && { after }),
  })
}
