import { Hono } from 'hono'
import type { Comparison, PairList } from '../../../../../schema/api/comparisons.ts'
import type { EvaluationRow } from '../../../../../schema/api/evaluation-rows.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import type { PublicApi } from '../../../api.ts'
import { show, showProblem } from '../../../render.tsx'
import { sessionApi, toPath } from '../../../session-api.ts'
import { requireSession } from '../../../sessions/require-session.ts'
import type { ConsoleContext, ConsoleEnv } from '../../../view.ts'
import { ChooseModelsPage, modelsIn } from './choose-models-page.tsx'
import { ComparePage } from './compare-page.tsx'
import { type Cell, MatrixPage } from './matrix-page.tsx'
import { PairsPage, type ShownPair } from './pairs-page.tsx'
import { maxSides, pairAddress, type Side, toSides } from './sides.ts'

/** Whole answers are long. */
const pairsLength = 10

/** Two evaluations side by side, and several as a matrix. */
export function compareRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (id: string | undefined) => toPath('/v1/evaluations', id)
  const compare = (c: ConsoleContext, x: Side, y: Side) => {
    const query = new URLSearchParams({
      with: y.evaluation.id,
      ...(x.model !== null && { model: x.model }),
      ...(y.model !== null && { with_model: y.model }),
    })
    return asTenant(c).get<Comparison>(`${path(x.evaluation.id)}/comparison?${query}`)
  }

  return new Hono<ConsoleEnv>()
    .use('/comparison', requireSession('tenant'))
    .get('/comparison', async (c) => {
      const view = c.get('view')
      const { title } = view.t.evaluations.compare
      const ids = [...new Set(c.req.queries('evaluation') ?? [])].slice(0, maxSides)
      const found = await Promise.all(ids.map((id) => asTenant(c).get<Evaluation>(path(id))))
      const evaluations: Evaluation[] = []
      for (const outcome of found) {
        if ('problem' in outcome) return showProblem(c, title, outcome.problem)
        evaluations.push(outcome.data)
      }
      const sides = toSides(evaluations)
      const [first, second] = sides
      if (sides.length < 2)
        return c.redirect(first === undefined ? '/evaluations' : toPath('/evaluations', ids[0]))
      if (sides.length === 2) return c.redirect(pairAddress(first!, second!))
      const cells: Cell[] = []
      for (const [index, x] of sides.entries()) {
        const row = await Promise.all(sides.slice(index + 1).map((y) => compare(c, x, y)))
        for (const [offset, outcome] of row.entries()) {
          if ('problem' in outcome) return showProblem(c, title, outcome.problem)
          cells.push({ x: index, y: index + 1 + offset, rating: outcome.data.rating })
        }
      }
      return show(c, <MatrixPage view={view} sides={sides} cells={cells} />)
    })
    .get('/evaluations/:id/compare/rows', async (c) => {
      const view = c.get('view')
      const { title } = view.t.evaluations.compare
      const { with: other = '', model = null, with_model = null } = c.req.query()
      const outcome = (['x', 'tie', 'y'] as const).find((one) => one === c.req.query('outcome')) ?? 'y'
      const offset = Math.max(0, Math.trunc(Number(c.req.query('offset') ?? 0)) || 0)
      const id = c.req.param('id')
      const query = new URLSearchParams({
        with: other,
        ...(model !== null && { model }),
        ...(with_model !== null && { with_model }),
        outcome,
      })
      const page = new URLSearchParams({ limit: String(pairsLength), offset: String(offset) })
      const [x, y, list] = await Promise.all([
        asTenant(c).get<Evaluation>(path(id)),
        asTenant(c).get<Evaluation>(path(other)),
        asTenant(c).get<PairList>(`${path(id)}/comparison/rows?${query}&${page}`),
      ])
      if ('problem' in x) return showProblem(c, title, x.problem)
      if ('problem' in y) return showProblem(c, title, y.problem)
      if ('problem' in list) return showProblem(c, title, list.problem)
      const row = (evaluation: string, number: number) =>
        asTenant(c).get<EvaluationRow>(`${path(evaluation)}/rows/${number}`)
      const pairs = await Promise.all(
        list.data.data.map(async (pair): Promise<ShownPair | null> => {
          const [first, second] = await Promise.all([row(id, pair.x.row), row(other, pair.y.row)])
          return 'data' in first && 'data' in second ? { pair, x: first.data, y: second.data } : null
        }),
      )
      const address = (next: number) => `?${query}&offset=${next}`
      return show(
        c,
        <PairsPage
          view={view}
          sides={[
            { evaluation: x.data, model },
            { evaluation: y.data, model: with_model },
          ]}
          outcome={outcome}
          pairs={pairs.filter((pair) => pair !== null)}
          total={list.data.total}
          previous={offset > 0 ? address(Math.max(0, offset - pairsLength)) : null}
          next={list.data.has_more ? address(offset + pairsLength) : null}
        />,
      )
    })
    .get('/evaluations/:id/compare', async (c) => {
      const view = c.get('view')
      const { with: other = '', model, with_model } = c.req.query()
      const [x, y] = await Promise.all([
        asTenant(c).get<Evaluation>(path(c.req.param('id'))),
        asTenant(c).get<Evaluation>(path(other)),
      ])
      const { title } = view.t.evaluations.compare
      if ('problem' in x) return showProblem(c, title, x.problem)
      if ('problem' in y) return showProblem(c, title, y.problem)
      const open =
        (model === undefined && modelsIn(x.data).length > 1) ||
        (with_model === undefined && modelsIn(y.data).length > 1)
      if (open) return show(c, <ChooseModelsPage view={view} x={x.data} y={y.data} />)
      const outcome = await compare(
        c,
        { evaluation: x.data, model: model ?? null },
        { evaluation: y.data, model: with_model ?? null },
      )
      if ('problem' in outcome) return showProblem(c, title, outcome.problem)
      return show(c, <ComparePage view={view} comparison={outcome.data} evaluations={[x.data, y.data]} />)
    })
}
