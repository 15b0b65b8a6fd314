import { Hono } from 'hono'
import { ConsoleApi, type PublicApi } from '../../api.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem, showRefused } from '../../render.tsx'
import { allowChallenge } from '../../security-headers.ts'
import { isSameOrigin } from '../../sessions/same-origin.ts'
import { startSession } from '../../sessions/session.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { PrivacyPage } from '../privacy-page.tsx'
import { type FormDescription, toSubmission } from './application-form.ts'
import { ApplyPage } from './apply-page.tsx'

/** Applying: the form, and what happens to it. */
export function applyRoutes(api: PublicApi) {
  const asAnybody = (c: ConsoleContext) => new ConsoleApi(api, c, null)
  const description = (c: ConsoleContext) => asAnybody(c).get<FormDescription>('/v1/application-form')

  return new Hono<ConsoleEnv>()
    .get('/privacy', async (c) => {
      const form = await description(c)
      if ('problem' in form) return showProblem(c, c.get('view').t.privacy.title, form.problem)
      return show(c, <PrivacyPage view={c.get('view')} consents={form.data.consents} />)
    })
    .get('/apply', async (c) => {
      const view = c.get('view')
      const form = await description(c)
      if ('problem' in form) return showProblem(c, view.t.apply.title, form.problem)
      if (form.data.turnstile_site_key !== null) allowChallenge(c)
      return show(c, <ApplyPage view={view} form={form.data} values={{ affiliation: 'company' }} />)
    })
    .post('/apply', async (c) => {
      const view = c.get('view')
      if (!isSameOrigin(c)) return showRefused(c)
      const values = await parseForm(c)
      const outcome = await asAnybody(c).send<{ id: string; status_token: string }>(
        'POST',
        '/v1/applications',
        toSubmission(values, view.language),
      )
      if ('data' in outcome) {
        await startSession(c, 'applicant', outcome.data.status_token, outcome.data.id)
        return c.redirect('/status?new', 303)
      }
      const form = await description(c)
      if ('problem' in form) return showProblem(c, view.t.apply.title, form.problem)
      if (form.data.turnstile_site_key !== null) allowChallenge(c)
      const page = <ApplyPage view={view} form={form.data} values={values} problem={outcome.problem} />
      return show(c, page, outcome.problem.status === 429 ? 429 : 400)
    })
}
