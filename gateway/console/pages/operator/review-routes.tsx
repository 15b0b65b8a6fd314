import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import type { PublicApi } from '../../api.ts'
import { toEndOfDay } from '../../format.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, toPath } from '../../session-api.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { type ApplicationFilter, applicationFilterNames } from './application-filters.tsx'
import { ApplicationPage } from './application-page.tsx'
import { ApplicationsPage } from './applications-page.tsx'
import {
  type ApplicationDetail,
  type ApplicationSummary,
  asOperator,
  type Plan,
  type Revealed,
  type Reviewer,
} from './operator-api.ts'

const pageLength = 50
const path = (id: string) => toPath('/admin/v1/applications', id)

/** Reviewing applications. */
export function reviewRoutes(api: PublicApi) {
  async function showApplication(
    c: ConsoleContext,
    extra: { revealed?: Revealed; problem?: ProblemBody } = {},
  ) {
    const view = c.get('view')
    const operator = asOperator(api, c)
    const besideId = c.req.query('beside')
    const [application, plans, reviewers, beside] = await Promise.all([
      operator.get<ApplicationDetail>(path(c.req.param('id') ?? '')),
      operator.get<List<Plan>>('/admin/v1/plans'),
      operator.get<List<Reviewer>>('/admin/v1/reviewers'),
      besideId === undefined ? null : operator.get<ApplicationDetail>(path(besideId)),
    ])
    if ('problem' in application)
      return showProblem(c, view.t.operator.application.title, application.problem)
    const page = (
      <ApplicationPage
        view={view}
        application={application.data}
        plans={'data' in plans ? plans.data.data : []}
        reviewers={'data' in reviewers ? reviewers.data.data : []}
        beside={beside !== null && 'data' in beside ? beside.data : null}
        revealed={extra.revealed ?? null}
        done={c.req.query('done') !== undefined}
        problem={extra.problem}
      />
    )
    return show(c, page, extra.problem === undefined ? 200 : 400)
  }

  async function decide(c: ConsoleContext, step: string, body?: unknown) {
    const id = c.req.param('id') ?? ''
    const outcome = await asOperator(api, c).send('POST', `${path(id)}/${step}`, body)
    if ('problem' in outcome) return showApplication(c, { problem: outcome.problem })
    return c.redirect(`/operator/applications/${encodeURIComponent(id)}?done`, 303)
  }

  return new Hono<ConsoleEnv>()
    .get('/operator/applications', async (c) => {
      const view = c.get('view')
      const filter: ApplicationFilter = Object.fromEntries(
        applicationFilterNames.flatMap((name) => {
          const value = c.req.query(name)
          return value ? [[name, value]] : []
        }),
      )
      const offset = Number(c.req.query('offset') ?? 0) || 0
      const query = new URLSearchParams({
        limit: `${pageLength}`,
        offset: `${offset}`,
        ...filter,
      })
      const [outcome, reviewers] = await Promise.all([
        asOperator(api, c).get<List<ApplicationSummary>>(`/admin/v1/applications?${query}`),
        asOperator(api, c).get<List<Reviewer>>('/admin/v1/reviewers'),
      ])
      if ('problem' in outcome) return showProblem(c, view.t.operator.applications.title, outcome.problem)
      const { data, has_more } = outcome.data
      query.delete('limit')
      query.set('offset', `${offset + pageLength}`)
      const next = has_more ? `/operator/applications?${query}` : null
      const page = (
        <ApplicationsPage
          view={view}
          applications={data}
          reviewers={'data' in reviewers ? reviewers.data.data : []}
          filter={filter}
          next={next}
        />
      )
      return show(c, page)
    })
    .get('/operator/applications/:id', (c) => showApplication(c))
    .use('/operator/applications/:id/*', trustedForm('operator'))
    .post('/operator/applications/:id/reveal', async (c) => {
      const { reason = '' } = await parseForm(c)
      const outcome = await asOperator(api, c).send<Revealed>('POST', `${path(c.req.param('id'))}/reveal`, {
        reason,
      })
      return showApplication(c, 'data' in outcome ? { revealed: outcome.data } : { problem: outcome.problem })
    })
    .post('/operator/applications/:id/approve', async (c) => {
      const form = await c.req.parseBody({ all: true })
      const models = String(form.models ?? '')
        .split(',')
        .map((model) => model.trim())
        .filter((model) => model !== '')
      return decide(c, 'approve', {
        revision: Number(form.revision),
        plan: form.plan,
        scopes: [form.scopes ?? []].flat(),
        ...(models.length > 0 && { models }),
        ...(form.expires && { expires_at: toEndOfDay(String(form.expires)) }),
      })
    })
    .post('/operator/applications/:id/request-info', async (c) => {
      const { question = '', revision } = await parseForm(c)
      return decide(c, 'request-info', { revision: Number(revision), question })
    })
    .post('/operator/applications/:id/reject', async (c) => {
      const { code = '', message = '', may_reapply, revision } = await parseForm(c)
      return decide(c, 'reject', {
        revision: Number(revision),
        code,
        message,
        may_reapply: may_reapply === 'on',
      })
    })
    .post('/operator/applications/:id/assign', async (c) => {
      const { reviewer = '', shown = '' } = await parseForm(c)
      return decide(c, 'assign', { reviewer: reviewer || null, shown: shown || null })
    })
    .post('/operator/applications/:id/notes', async (c) => {
      const { note = '' } = await parseForm(c)
      return decide(c, 'notes', { text: note })
    })
    .post('/operator/applications/:id/mails/:mail', (c) =>
      decide(c, `mails/${encodeURIComponent(c.req.param('mail'))}/resend`),
    )
}
