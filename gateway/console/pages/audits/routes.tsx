import { Hono } from 'hono'
import type { Audit, AuditComparison, AuditReport } from '../../../../schema/api/audits.ts'
import type { PublicApi } from '../../api.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import { requireSession } from '../../sessions/require-session.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { ConfirmPage } from '../confirm-page.tsx'
import { AuditPage } from './audit-page.tsx'
import { AuditsPage } from './audits-page.tsx'
import { CompareAuditsPage } from './compare-audits-page.tsx'

/** Audits of judges: start, progress, report, comparison, and another run of a baseline. */
export function auditPages(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (c: ConsoleContext) => toPath('/v1/audits', c.req.param('id'))

  async function change(c: ConsoleContext, step: 'cancel' | 'resume') {
    const outcome = await asTenant(c).send('POST', `${path(c)}/${step}`)
    if ('problem' in outcome) return showProblem(c, c.get('view').t.audits.title, outcome.problem)
    return c.redirect(toPath('/audits', c.req.param('id')), 303)
  }

  return new Hono<ConsoleEnv>()
    .use('/audits/*', requireSession('tenant'), trustedForm('tenant'))
    .get('/audits', async (c) => {
      const view = c.get('view')
      const after = c.req.query('after')
      const query = new URLSearchParams({ limit: '20', ...(after && { after }) })
      const [list, models] = await Promise.all([
        asTenant(c).get<List<Audit>>(`/v1/audits?${query}`),
        asTenant(c).get<List<{ id: string }>>('/v1/models'),
      ])
      if ('problem' in list) return showProblem(c, view.t.audits.title, list.problem)
      const { data, has_more } = list.data
      const page = (
        <AuditsPage
          view={view}
          audits={data}
          models={'data' in models ? models.data.data.map(({ id }) => id) : []}
          next={has_more ? (data.at(-1)?.id ?? null) : null}
          problem={'problem' in models ? models.problem : undefined}
        />
      )
      return show(c, page)
    })
    .get('/audits/:id', async (c) => {
      const view = c.get('view')
      const [audit, report, list] = await Promise.all([
        asTenant(c).get<Audit>(path(c)),
        asTenant(c).get<AuditReport>(`${path(c)}/report?language=${view.language}`),
        asTenant(c).get<List<Audit>>('/v1/audits?limit=100'),
      ])
      if ('problem' in audit) return showProblem(c, view.t.audits.title, audit.problem)
      const { id, plan_digest: plan } = audit.data
      const others = 'data' in list ? list.data.data : []
      const page = (
        <AuditPage
          view={view}
          audit={audit.data}
          report={'data' in report ? report.data : null}
          others={others.filter(
            (one) => one.id !== id && one.plan_digest === plan && one.status === 'completed',
          )}
        />
      )
      return show(c, page)
    })
    .get('/audits/:id/compare', async (c) => {
      const view = c.get('view')
      const other = encodeURIComponent(c.req.query('with') ?? '')
      const outcome = await asTenant(c).get<AuditComparison>(
        `${path(c)}/compare/${other}?language=${view.language}`,
      )
      if ('problem' in outcome) return showProblem(c, view.t.audits.compare, outcome.problem)
      return show(c, <CompareAuditsPage view={view} comparison={outcome.data} />)
    })
    .post('/audits/:id/again', async (c) => {
      const query = new URLSearchParams({ baseline: c.req.param('id') })
      const outcome = await asTenant(c).send<Audit>('POST', `/v1/audits?${query}`)
      if ('problem' in outcome) return showProblem(c, c.get('view').t.audits.title, outcome.problem)
      return c.redirect(toPath('/audits', outcome.data.id), 303)
    })
    .post('/audits/:id/cancel', (c) => change(c, 'cancel'))
    .post('/audits/:id/resume', (c) => change(c, 'resume'))
    .get('/audits/:id/delete', async (c) => {
      const view = c.get('view')
      const audit = await asTenant(c).get<Audit>(path(c))
      if ('problem' in audit) return showProblem(c, view.t.audits.title, audit.problem)
      const here = toPath('/audits', audit.data.id)
      const { run } = view.t.audits
      const page = (
        <ConfirmPage
          view={view}
          session={view.sessions.tenant}
          title={run.removeTitle}
          subject={audit.data.name}
          consequence={run.removeText}
          button={run.remove}
          danger
          action={`${here}/delete`}
          back={here}
        />
      )
      return show(c, page)
    })
    .post('/audits/:id/delete', async (c) => {
      const outcome = await asTenant(c).send('DELETE', path(c))
      if ('problem' in outcome) return showProblem(c, c.get('view').t.audits.title, outcome.problem)
      return c.redirect('/audits', 303)
    })
}
