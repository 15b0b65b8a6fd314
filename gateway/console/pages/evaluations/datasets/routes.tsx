import { Hono } from 'hono'
import type { Dataset } from '../../../../../schema/api/datasets.ts'
import type { ProblemBody } from '../../../../../schema/api/error-body.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import type { PublicApi } from '../../../api.ts'
import { parseForm } from '../../../parse-form.ts'
import { show, showProblem } from '../../../render.tsx'
import { type List, sessionApi, toPath } from '../../../session-api.ts'
import { requireSession } from '../../../sessions/require-session.ts'
import { trustedForm } from '../../../sessions/trusted-form.ts'
import type { ConsoleContext, ConsoleEnv } from '../../../view.ts'
import { DatasetPage } from './dataset-page.tsx'
import { DatasetsPage } from './datasets-page.tsx'

/** Datasets: which there are, and what they are called. */
export function datasetRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (c: ConsoleContext) => toPath('/v1/datasets', c.req.param('digest'))

  async function showDataset(c: ConsoleContext, problem?: ProblemBody) {
    const view = c.get('view')
    const { title } = view.t.evaluations.datasets
    const dataset = await asTenant(c).get<Dataset>(path(c))
    if ('problem' in dataset) return showProblem(c, title, dataset.problem)
    const { name } = dataset.data
    const [versions, evaluations] = await Promise.all([
      asTenant(c).get<List<Dataset>>(`/v1/datasets?${new URLSearchParams({ name, limit: '200' })}`),
      asTenant(c).get<List<Evaluation>>(
        `/v1/evaluations?${new URLSearchParams({ dataset: name, limit: '50' })}`,
      ),
    ])
    if ('problem' in versions) return showProblem(c, title, versions.problem)
    if ('problem' in evaluations) return showProblem(c, title, evaluations.problem)
    const page = (
      <DatasetPage
        view={view}
        dataset={dataset.data}
        versions={versions.data.data}
        evaluations={evaluations.data.data}
        problem={problem}
      />
    )
    return show(c, page, problem === undefined ? 200 : 400)
  }

  return new Hono<ConsoleEnv>()
    .use('/datasets', requireSession('tenant'))
    .use('/datasets/*', requireSession('tenant'), trustedForm('tenant'))
    .get('/datasets', async (c) => {
      const view = c.get('view')
      const after = c.req.query('after')
      const query = new URLSearchParams({ limit: '100', ...(after !== undefined && { after }) })
      const outcome = await asTenant(c).get<List<Dataset>>(`/v1/datasets?${query}`)
      if ('problem' in outcome) return showProblem(c, view.t.evaluations.datasets.title, outcome.problem)
      const { data, has_more: hasMore } = outcome.data
      const next = hasMore ? (data.at(-1)?.digest ?? null) : null
      return show(c, <DatasetsPage view={view} datasets={data} next={next} />)
    })
    .get('/datasets/:digest', (c) => showDataset(c))
    .post('/datasets/:digest', async (c) => {
      const { name, all_versions: allVersions } = await parseForm(c)
      const change = { name: name ?? '', all_versions: allVersions === 'true' }
      const outcome = await asTenant(c).send('PATCH', path(c), change)
      if ('problem' in outcome) return showDataset(c, outcome.problem)
      return c.redirect(toPath('/datasets', c.req.param('digest')), 303)
    })
}
