import { Hono } from 'hono'
import type { Evaluation } from '../../../../schema/api/evaluations.ts'
import type { ShareLink } from '../../../../schema/api/share-links.ts'
import type { PublicApi } from '../../api.ts'
import { parseForm } from '../../parse-form.ts'
import { show, showProblem } from '../../render.tsx'
import { type List, sessionApi, toPath } from '../../session-api.ts'
import type { ConsoleContext, ConsoleEnv } from '../../view.ts'
import { DeletePage } from './delete-page.tsx'

/** A page of the list at most. */
const maxDeletions = 20

/** Renaming, tagging and deleting evaluations. */
export function manageRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (id: string) => toPath('/v1/evaluations', id)

  async function findDoomed(c: ConsoleContext, id: string) {
    const [evaluation, links] = await Promise.all([
      asTenant(c).get<Evaluation>(path(id)),
      asTenant(c).get<List<ShareLink>>(`${path(id)}/share-links`),
    ])
    if ('problem' in evaluation) return null
    return { evaluation: evaluation.data, shareLinks: 'data' in links ? links.data.data.length : 0 }
  }

  return new Hono<ConsoleEnv>()
    .get('/evaluations/delete', async (c) => {
      const ids = [...new Set(c.req.queries('id') ?? [])].slice(0, maxDeletions)
      const found = await Promise.all(ids.map((id) => findDoomed(c, id)))
      const evaluations = found.filter((one) => one !== null)
      if (evaluations.length === 0) return c.redirect('/evaluations', 303)
      return show(c, <DeletePage view={c.get('view')} evaluations={evaluations} />)
    })
    .post('/evaluations/delete', async (c) => {
      const form = await c.req.parseBody({ all: true })
      const ids = [form.id ?? []].flat().filter((id) => typeof id === 'string')
      let deleted = 0
      for (const id of ids.slice(0, maxDeletions)) {
        const outcome = await asTenant(c).send('DELETE', path(id))
        if ('data' in outcome) deleted++
        // an evaluation that was deleted meanwhile needs no deletion
        else if (outcome.problem.status !== 404) {
          return showProblem(c, c.get('view').t.evaluations.title, outcome.problem)
        }
      }
      return c.redirect(`/evaluations?deleted=${deleted}`, 303)
    })
    .post('/evaluations/:id/edit', async (c) => {
      const { name = '', tags = '', back = '' } = await parseForm(c)
      const change = {
        name,
        tags: tags
          .split(',')
          .map((tag) => tag.trim())
          .filter((tag) => tag !== ''),
      }
      const outcome = await asTenant(c).send('PATCH', path(c.req.param('id')), change)
      if ('problem' in outcome) return showProblem(c, c.get('view').t.evaluations.title, outcome.problem)
      const isOwn = /^\/evaluations(?:[/?]|$)/.test(back)
      return c.redirect(isOwn ? back : toPath('/evaluations', c.req.param('id')), 303)
    })
}
