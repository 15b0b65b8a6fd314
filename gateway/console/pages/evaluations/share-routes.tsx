import { Hono } from 'hono'
import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { CreatedShareLink, ShareLink } from '../../../../schema/api/share-links.ts'
import type { PublicApi } from '../../api.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { SharePage } from './share-page.tsx'

/** Links that share a report. */
export function shareRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (c: ConsoleContext) => toPath('/v1/evaluations', c.req.param('id'))

  async function showPage(c: ConsoleContext, created: CreatedShareLink | null) {
    const view = c.get('view')
    const [evaluation, links] = await Promise.all([
      asTenant(c).get<Evaluation>(path(c)),
      asTenant(c).get<List<ShareLink>>(`${path(c)}/share-links`),
    ])
    if ('problem' in evaluation) return showProblem(c, view.t.evaluations.share.title, evaluation.problem)
    if ('problem' in links) return showProblem(c, view.t.evaluations.share.title, links.problem)
    const page = (
      <SharePage view={view} evaluation={evaluation.data} links={links.data.data} created={created} />
    )
    return show(c, page)
  }

  return new Hono<ConsoleEnv>()
    .get('/evaluations/:id/share', (c) => showPage(c, null))
    .post('/evaluations/:id/share', async (c) => {
      const form = await c.req.parseBody()
      const outcome = await asTenant(c).send<CreatedShareLink>('POST', `${path(c)}/share-links`, {
        expires_in_days: Number(form.days),
        show_rows: form.rows === 'true',
      })
      if ('problem' in outcome)
        return showProblem(c, c.get('view').t.evaluations.share.title, outcome.problem)
      return showPage(c, outcome.data)
    })
    .post('/evaluations/:id/share/:link/revoke', async (c) => {
      const link = encodeURIComponent(c.req.param('link'))
      const outcome = await asTenant(c).send('DELETE', `${path(c)}/share-links/${link}`)
      if ('problem' in outcome)
        return showProblem(c, c.get('view').t.evaluations.share.title, outcome.problem)
      return c.redirect(`${toPath('/evaluations', c.req.param('id'))}/share`, 303)
    })
}
