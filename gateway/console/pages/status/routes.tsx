import { Hono } from 'hono'
import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { ConsoleApi, type PublicApi } from '../../api.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem, showRefused } from '../../render.tsx'
import { requireSession } from '../../sessions/require-session.ts'
import type { Session } from '../../sessions/roles.ts'
import { isSameOrigin } from '../../sessions/same-origin.ts'
import { deleteSessionCookie, startSession } from '../../sessions/session.ts'
import { trustedForm } from '../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { type FormDescription, toRequestValues } from '../apply/application-form.ts'
import type { ApplicationStatus, OwnData } from './application-status.ts'
import { EditPage } from './edit-page.tsx'
import { StatusPage } from './status-page.tsx'
import { StatusSignInPage } from './status-sign-in-page.tsx'

/** The last action, as the address names it after the redirect. */
const done = ['resent', 'answered', 'edited', 'withdrawn'] as const

/** The applicant's own pages. */
export function statusRoutes(api: PublicApi) {
  const applicant = (c: ConsoleContext): Session => c.get('view').sessions.applicant!
  const as = (c: ConsoleContext, session: Session) => new ConsoleApi(api, c, session)
  const asAnybody = (c: ConsoleContext) => new ConsoleApi(api, c, null)
  const own = (session: Session) => `/v1/applications/${encodeURIComponent(session.label)}`

  async function showStatus(c: ConsoleContext, problem?: ProblemBody) {
    const view = c.get('view')
    const session = applicant(c)
    const outcome = await as(c, session).get<ApplicationStatus>(own(session))
    if ('problem' in outcome) {
      // an invalid token must not prevent signing in with another
      if (outcome.problem.status < 500) deleteSessionCookie(c, 'applicant')
      return showProblem(c, view.t.status.title, outcome.problem)
    }
    const what = done.find((one) => c.req.query('done') === one)
    const page = (
      <StatusPage
        view={view}
        session={session}
        status={outcome.data}
        newToken={c.req.query('new') === undefined ? null : session.credential}
        notice={what && view.t.status[what]}
        problem={problem}
      />
    )
    return show(c, page, problem === undefined ? 200 : 400)
  }

  /** Does one thing and goes back to the status page, which says so or shows what was wrong. */
  async function act(
    c: ConsoleContext,
    what: (typeof done)[number],
    method: 'POST' | 'PATCH' | 'DELETE',
    body?: unknown,
  ) {
    const session = applicant(c)
    const path = what === 'resent' ? `${own(session)}/verification` : own(session)
    const outcome = await as(c, session).send(method, path, body)
    return 'problem' in outcome ? showStatus(c, outcome.problem) : c.redirect(`/status?done=${what}`, 303)
  }

  return new Hono<ConsoleEnv>()
    .get('/status', (c) => {
      const view = c.get('view')
      if (view.sessions.applicant !== null) return showStatus(c)
      return show(c, <StatusSignInPage view={view} wrong={false} id="" />)
    })
    .post('/status', async (c) => {
      if (!isSameOrigin(c)) return showRefused(c)
      const { id = '', token = '' } = await parseForm(c)
      const session: Session = {
        role: 'applicant',
        id: '',
        credential: token.trim(),
        label: id.trim(),
        csrf: '',
        startedAt: 0,
        expiresAt: 0,
      }
      const outcome = await as(c, session).get<ApplicationStatus>(own(session))
      if ('problem' in outcome) {
        const page = <StatusSignInPage view={c.get('view')} wrong id={id} />
        return show(c, page, outcome.problem.status === 429 ? 429 : 401)
      }
      await startSession(c, 'applicant', session.credential, session.label)
      return c.redirect('/status', 303)
    })
    .post('/status/lost', async (c) => {
      if (!isSameOrigin(c)) return showRefused(c)
      const { email = '' } = await parseForm(c)
      const outcome = await asAnybody(c).send('POST', '/v1/status-links', { email: email.trim() })
      const problem = 'problem' in outcome ? outcome.problem : undefined
      const page = (
        <StatusSignInPage
          view={c.get('view')}
          wrong={false}
          id=""
          linkSent={problem === undefined}
          problem={problem}
        />
      )
      return show(c, page, problem === undefined ? 200 : 400)
    })
    .post('/status/link', async (c) => {
      if (!isSameOrigin(c)) return showRefused(c)
      const { token = '' } = await parseForm(c)
      const path = `/v1/status-links/${encodeURIComponent(token)}`
      const outcome = await asAnybody(c).send<{ id: string; status_token: string }>('POST', path)
      if ('problem' in outcome) {
        const page = <StatusSignInPage view={c.get('view')} wrong={false} id="" problem={outcome.problem} />
        return show(c, page, 400)
      }
      await startSession(c, 'applicant', outcome.data.status_token, outcome.data.id)
      return c.redirect('/status?new', 303)
    })
    .use('/status/*', requireSession('applicant'))
    .post('/status/resend', trustedForm('applicant'), (c) => act(c, 'resent', 'POST'))
    .post('/status/answer', trustedForm('applicant'), async (c) => {
      const { answer = '' } = await parseForm(c)
      return act(c, 'answered', 'PATCH', { answer })
    })
    .post('/status/withdraw', trustedForm('applicant'), (c) => act(c, 'withdrawn', 'DELETE'))
    .get('/status/data', async (c) => {
      const session = applicant(c)
      const outcome = await as(c, session).get<OwnData>(`${own(session)}/data`)
      if ('problem' in outcome) return showProblem(c, c.get('view').t.status.data, outcome.problem)
      return c.body(JSON.stringify(outcome.data, null, 2), 200, {
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': `attachment; filename="${session.label.replaceAll(/\W/g, '')}.json"`,
      })
    })
    .get('/status/edit', async (c) => {
      const session = applicant(c)
      const [form, data] = await Promise.all([
        as(c, session).get<FormDescription>('/v1/application-form'),
        as(c, session).get<OwnData>(`${own(session)}/data`),
      ])
      const { t } = c.get('view')
      if ('problem' in form) return showProblem(c, t.status.edit, form.problem)
      if ('problem' in data) return showProblem(c, t.status.edit, data.problem)
      const values = Object.fromEntries(
        Object.entries(data.data.form).map(([name, value]) => [name, value === true ? 'on' : String(value)]),
      )
      return show(c, <EditPage view={c.get('view')} session={session} form={form.data} values={values} />)
    })
    .post('/status/edit', trustedForm('applicant'), async (c) => {
      const session = applicant(c)
      const values = await parseForm(c)
      const outcome = await as(c, session).send('PATCH', own(session), toRequestValues(values))
      if ('data' in outcome) return c.redirect('/status?done=edited', 303)
      const form = await as(c, session).get<FormDescription>('/v1/application-form')
      if ('problem' in form) return showProblem(c, c.get('view').t.status.edit, form.problem)
      const page = (
        <EditPage
          view={c.get('view')}
          session={session}
          form={form.data}
          values={values}
          problem={outcome.problem}
        />
      )
      return show(c, page, 400)
    })
}
