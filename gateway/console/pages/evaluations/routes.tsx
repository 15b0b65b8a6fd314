import { Hono } from 'hono'
import type { Dataset } from '../../../../schema/api/datasets.ts'
import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { LeaderboardEntry } from '../../../../schema/api/leaderboard.ts'
import type { Report } from '../../../../schema/api/reports.ts'
import type { LimitsView } from '../../../../schema/api/usage.ts'
import type { PublicApi } from '../../api.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { compareRoutes } from './compare/routes.tsx'
import { datasetRoutes } from './datasets/routes.tsx'
import { EvaluationPage } from './evaluation-page.tsx'
import { EvaluationsPage } from './evaluations-page.tsx'
import { LeaderboardPage } from './leaderboard-page.tsx'
import { readListQuery, toListPath } from './list-query.ts'
import { manageRoutes } from './manage-routes.tsx'
import { rowRoutes } from './rows/routes.tsx'
import { shareRoutes } from './share-routes.tsx'
import { trendRoutes } from './trend/routes.tsx'

/** Evaluations from the upload to the comparison. */
export function evaluationRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (c: ConsoleContext) => toPath('/v1/evaluations', c.req.param('id'))

  async function change(c: ConsoleContext, step: 'cancel' | 'resume') {
    const outcome = await asTenant(c).send('POST', `${path(c)}/${step}`)
    if ('problem' in outcome) return showProblem(c, c.get('view').t.evaluations.title, outcome.problem)
    return c.redirect(toPath('/evaluations', c.req.param('id')), 303)
  }

  return new Hono<ConsoleEnv>()
    .use('/evaluations/*', requireSession('tenant'), trustedForm('tenant'))
    .use('/leaderboard', requireSession('tenant'))
    .get('/evaluations', async (c) => {
      const view = c.get('view')
      const after = c.req.query('after')
      const query = readListQuery(c)
      const search = new URLSearchParams({ limit: '20', ...query, ...(after && { after }) })
      const [list, tags, models, limits] = await Promise.all([
        asTenant(c).get<List<Evaluation>>(`/v1/evaluations?${search}`),
        asTenant(c).get<List<{ tag: string }>>('/v1/evaluations/tags'),
        asTenant(c).get<List<{ id: string }>>('/v1/models'),
        asTenant(c).get<LimitsView>('/v1/limits'),
      ])
      if ('problem' in list) return showProblem(c, view.t.evaluations.title, list.problem)
      const { data, has_more } = list.data
      const page = (
        <EvaluationsPage
          hasMail={'data' in limits && limits.data.completion_mail}
          view={view}
          evaluations={data}
          query={query}
          tags={'data' in tags ? tags.data.data.map(({ tag }) => tag) : []}
          models={'data' in models ? models.data.data.map(({ id }) => id) : []}
          deleted={c.req.query('deleted') === undefined ? null : Number(c.req.query('deleted')) || 0}
          next={has_more ? toListPath(query, { after: data.at(-1)!.id }) : null}
          problem={'problem' in models ? models.problem : undefined}
        />
      )
      return show(c, page)
    })
    .route('/', manageRoutes(api))
    .get('/evaluations/:id', async (c) => {
      const view = c.get('view')
      const [evaluation, report, list, models] = await Promise.all([
        asTenant(c).get<Evaluation>(path(c)),
        asTenant(c).get<Report>(`${path(c)}/report`),
        asTenant(c).get<List<Evaluation>>('/v1/evaluations?limit=50'),
        asTenant(c).get<List<{ id: string }>>('/v1/models'),
      ])
      if ('problem' in evaluation) return showProblem(c, view.t.evaluations.title, evaluation.problem)
      const others = 'data' in list ? list.data.data.filter(({ id }) => id !== evaluation.data.id) : []
      const page = (
        <EvaluationPage
          view={view}
          evaluation={evaluation.data}
          report={'data' in report ? report.data : null}
          others={others}
          models={'data' in models ? models.data.data.map(({ id }) => id) : null}
          now={Date.now()}
        />
      )
      return show(c, page)
    })
    .route('/', rowRoutes(api))
    .route('/', shareRoutes(api))
    .route('/', compareRoutes(api))
    .route('/', datasetRoutes(api))
    .route('/', trendRoutes(api))
    .post('/evaluations/:id/cancel', (c) => change(c, 'cancel'))
    .post('/evaluations/:id/resume', (c) => change(c, 'resume'))
    .get('/leaderboard', async (c) => {
      const view = c.get('view')
      const { title } = view.t.evaluations.leaderboard
      const filter = { dataset: c.req.query('dataset') ?? '', version: c.req.query('version') ?? '' }
      const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''))
      const [outcome, datasets] = await Promise.all([
        asTenant(c).get<List<LeaderboardEntry>>(`/v1/leaderboard?${query}`),
        asTenant(c).get<List<Dataset>>('/v1/datasets?limit=200'),
      ])
      if ('problem' in outcome) return showProblem(c, title, outcome.problem)
      if ('problem' in datasets) return showProblem(c, title, datasets.problem)
      const page = (
        <LeaderboardPage
          view={view}
          entries={outcome.data.data}
          datasets={datasets.data.data}
          filter={filter}
        />
      )
      return show(c, page)
    })
}
