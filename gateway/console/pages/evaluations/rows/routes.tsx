import { Hono } from 'hono'
import type { ProblemBody } from '../../../../../schema/api/error-body.ts'
import type { EvaluationRow, RowAgreement, RowList } from '../../../../../schema/api/evaluation-rows.ts'
import type { Evaluation } from '../../../../../schema/api/evaluations.ts'
import type { Judgment } from '../../../../../schema/api/judgments.ts'
import { templates } from '../../../../../schema/judge/templates.ts'
import type { PublicApi } from '../../../api.ts'
import { parseForm } from '../../../parse-form.ts'
import { show, showProblem } from '../../../render.tsx'
import { type List, sessionApi, toPath } from '../../../session-api.ts'
import type { ConsoleContext, ConsoleEnv } from '../../../view.ts'
import { canBeJudged } from './judge-again.tsx'
import { RowPage } from './row-page.tsx'
import { pageLength, RowsPage } from './rows-page.tsx'
import { readRowsQuery, toApiQuery, toPageQuery } from './rows-query.ts'

/** The rows of an evaluation: the list, each row, its labels, and judging it again. */
export function rowRoutes(api: PublicApi) {
  const asTenant = sessionApi(api, 'tenant')
  const path = (c: ConsoleContext) => toPath('/v1/evaluations', c.req.param('id'))
  const rowPath = (c: ConsoleContext) => toPath(`${path(c)}/rows`, c.req.param('row'))
  const rowPage = (c: ConsoleContext, row = c.req.param('row')) =>
    toPath(`${toPath('/evaluations', c.req.param('id'))}/rows`, row) + toPageQuery(readRowsQuery(c))

  async function showRow(c: ConsoleContext, extra: { judgedAgain?: Judgment[]; problem?: ProblemBody } = {}) {
    const view = c.get('view')
    const query = readRowsQuery(c)
    const [evaluation, row, agreement, models] = await Promise.all([
      asTenant(c).get<Evaluation>(path(c)),
      asTenant(c).get<EvaluationRow>(rowPath(c) + toApiQuery(query)),
      asTenant(c).get<RowAgreement>(`${path(c)}/agreement`),
      asTenant(c).get<List<{ id: string }>>('/v1/models'),
    ])
    const { title } = view.t.evaluations.rows
    if ('problem' in evaluation) return showProblem(c, title, evaluation.problem)
    if ('problem' in row) return showProblem(c, title, row.problem)
    if ('problem' in agreement) return showProblem(c, title, agreement.problem)
    const page = (
      <RowPage
        view={view}
        evaluation={evaluation.data}
        row={row.data}
        agreement={agreement.data}
        models={'data' in models ? models.data.data.map(({ id }) => id) : []}
        query={query}
        {...extra}
      />
    )
    return show(c, page)
  }

  async function judgeAgain(c: ConsoleContext) {
    const form = await parseForm(c)
    const [evaluation, row] = await Promise.all([
      asTenant(c).get<Evaluation>(path(c)),
      asTenant(c).get<EvaluationRow>(rowPath(c)),
    ])
    if ('problem' in evaluation) return showRow(c, evaluation)
    if ('problem' in row) return showRow(c, row)
    const request = toRequest(row.data, Number(form.turn), evaluation.data.protocol)
    if (request === null) return c.redirect(rowPage(c), 303)
    const body = { ...request, model: form.model, n: Number(form.n) || 1 }
    const outcome = await asTenant(c).send<Judgment | List<Judgment>>('POST', '/v1/judgments', body)
    if ('problem' in outcome) return showRow(c, outcome)
    return showRow(c, { judgedAgain: 'data' in outcome.data ? outcome.data.data : [outcome.data] })
  }

  return (
    new Hono<ConsoleEnv>()
      .get('/evaluations/:id/rows', async (c) => {
        const view = c.get('view')
        const query = readRowsQuery(c)
        const offset = Math.max(0, Math.trunc(Number(c.req.query('offset') ?? 0)) || 0)
        const limits = { limit: String(pageLength), offset: String(offset) }
        const [evaluation, rows, agreement] = await Promise.all([
          asTenant(c).get<Evaluation>(path(c)),
          asTenant(c).get<RowList>(`${path(c)}/rows${toApiQuery(query, limits)}`),
          asTenant(c).get<RowAgreement>(`${path(c)}/agreement`),
        ])
        const { title } = view.t.evaluations.rows
        if ('problem' in evaluation) return showProblem(c, title, evaluation.problem)
        if ('problem' in rows) return showProblem(c, title, rows.problem)
        if ('problem' in agreement) return showProblem(c, title, agreement.problem)
        const page = (
          <RowsPage
            view={view}
            evaluation={evaluation.data}
            query={query}
            rows={rows.data}
            offset={offset}
            agreement={agreement.data}
          />
        )
        return show(c, page)
      })
      .get('/evaluations/:id/rows/:row', (c) => showRow(c))
      .post('/evaluations/:id/rows/:row/label', async (c) => {
        const { turn, label, note = '', then, next } = await parseForm(c)
        const body = { label: label ? Number(label) : null, note }
        const outcome = await asTenant(c).send('PUT', toPath(`${rowPath(c)}/labels`, turn), body)
        if ('problem' in outcome) return showRow(c, outcome)
        return c.redirect(rowPage(c, then === 'next' && next ? next : undefined), 303)
      })
      .post('/evaluations/:id/rows/:row/unlabel', async (c) => {
        const { turn } = await parseForm(c)
        const outcome = await asTenant(c).send('DELETE', toPath(`${rowPath(c)}/labels`, turn))
        return 'problem' in outcome ? showRow(c, outcome) : c.redirect(rowPage(c), 303)
      })
      .post('/evaluations/:id/rows/:row/judge', judgeAgain)
      // the address of an answer to a form, read anew: the language was changed, or it was pasted
      .get('/evaluations/:id/rows/:row/:step{label|unlabel|judge}', (c) => c.redirect(rowPage(c), 303))
  )
}

/** The judgment of a turn as a request of its own, shown to the judge by the same template. */
function toRequest(row: EvaluationRow, number: number, protocol: string) {
  const turns = row.turns.slice(0, number)
  const judged = turns.at(-1)
  if (turns.length !== number || judged === undefined || !turns.every(({ question }) => question !== null)) {
    return null
  }
  if (!canBeJudged(judged)) return null
  const name = judged.results[0]?.template as keyof typeof templates | undefined
  const template = name === undefined || !(name in templates) ? undefined : templates[name]
  const texts = turns.map(({ question, answer, reference }) => ({
    question,
    answer,
    ...(template?.reference && { reference: reference ?? '' }),
  }))
  return {
    protocol,
    ...(protocol === 'ko-bench' && template !== undefined && { template: template.name }),
    ...(texts.length === 2 ? { turns: texts } : texts[0]!),
  }
}
