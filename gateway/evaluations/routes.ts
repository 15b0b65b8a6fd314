import { z } from 'zod'
import { FailureError } from '../../schema/api/errors.ts'
import {
  evaluationList,
  evaluationPageQuery,
  evaluationQuery,
  evaluationSchema,
  previewAnswer,
  resultSchema,
} from '../../schema/api/evaluations.ts'
import {
  comparisonQuery,
  comparisonSchema,
  leaderboardSchema,
  reportSchema,
} from '../../schema/api/reports.ts'
import type { ReportTexts } from '../../schema/report/texts/en.ts'
import {
  type ReportLanguage,
  reportLanguageOf,
  reportLanguages,
  reportTexts,
} from '../../schema/report/texts/languages.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import type { GatewayContext } from '../http/context.ts'
import { idInPath, jsonAnswer } from '../http/route-parts.ts'
import { boundsOf } from '../queued-work/bounds.ts'
import { compareEvaluations } from './compare-evaluations.ts'
import { createEvaluation } from './create-evaluation.ts'
import { evaluationView } from './evaluation-view.ts'
import type { ShownEvaluation } from './evaluations.ts'
import { buildReport } from './report/build-report.ts'
import { comparisonHtml, comparisonMarkdown } from './report/comparison.ts'
import { reportHtml } from './report/html.ts'
import { reportMarkdown } from './report/markdown.ts'
import { resultsStream } from './results.ts'
import { evaluationsOf } from './tenant-evaluations.ts'

const documentQuery = z.strictObject({
  format: z.enum(['json', 'markdown', 'html']).default('json'),
  language: z
    .enum(reportLanguages)
    .optional()
    .meta({ description: 'Of notes and documents; without it, as Accept-Language says' }),
})
const documents = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: {
    'application/json': { schema },
    'text/markdown': { schema: z.string() },
    'text/html': { schema: z.string() },
  },
})
const lines = z
  .string()
  .meta({ description: 'JSON Lines; the form of the rows is recognised. See docs/EVALUATIONS.md' })

const create = apiRoute(
  { access: { scope: 'evaluate' } },
  {
    method: 'post',
    path: '/v1/evaluations',
    summary: 'Judge a file of answers',
    description:
      'The body is the file; or `multipart/form-data` with one or more parts `file` (`reference` for reference answers of FastChat) and the parameters as fields.',
    request: {
      query: evaluationQuery.partial(),
      body: { content: { 'application/x-ndjson': { schema: lines } } },
    },
    responses: {
      201: jsonAnswer('It has begun', evaluationSchema),
      200: jsonAnswer('With `preview=true`: what was understood', previewAnswer),
    },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations',
    summary: 'Evaluations, newest first',
    request: { query: evaluationPageQuery },
    responses: { 200: jsonAnswer('A page of evaluations', evaluationList) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}',
    summary: 'Status and progress of an evaluation',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The evaluation', evaluationSchema) },
  },
)

const remove = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/evaluations/{id}',
    summary: 'Delete an evaluation and its rows; judgments stay until deleted themselves',
    request: { params: idInPath },
    responses: { 204: { description: 'It is gone' } },
  },
)

const change = (step: 'cancel' | 'resume', summary: string) =>
  apiRoute(
    { access: { scope: 'evaluate' } },
    {
      method: 'post',
      path: `/v1/evaluations/{id}/${step}`,
      summary,
      request: { params: idInPath },
      responses: { 200: jsonAnswer('The evaluation', evaluationSchema) },
    },
  )
const cancel = change('cancel', 'Stop a running evaluation; what was judged stays')
const resume = change('resume', 'Go on with what a cancelled evaluation left and try failed rows again')

const results = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/results',
    summary: 'Every settled judgment, streamed',
    request: {
      params: idInPath,
      query: z.strictObject({
        format: z.enum(['jsonl', 'csv']).default('jsonl'),
        bom: z
          .enum(['true', 'false'])
          .default('false')
          .meta({ description: 'CSV with a byte order mark, for Excel' }),
      }),
    },
    responses: {
      200: {
        description: 'One line per judgment',
        content: { 'application/x-ndjson': { schema: resultSchema }, 'text/csv': { schema: z.string() } },
      },
    },
  },
)

const report = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/report',
    summary: 'All tables of an evaluation',
    request: {
      params: idInPath,
      query: documentQuery,
    },
    responses: { 200: documents('The report', reportSchema) },
  },
)

const compare = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/comparison',
    summary: 'Two evaluations of the same rows: two models, or two judges',
    request: { params: idInPath, query: comparisonQuery.extend(documentQuery.shape) },
    responses: { 200: documents('The comparison', comparisonSchema) },
  },
)

const leaderboard = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/leaderboard',
    summary: 'Answering models by score, within the same questions, protocol and judge',
    responses: { 200: jsonAnswer('The leaderboard', leaderboardSchema) },
  },
)

export function evaluationRoutes() {
  return apiRoutes()
    .openapi(create, async (c) => {
      const created = await createEvaluation(c)
      if ('evaluation' in created) return c.json(evaluationView(created.evaluation, Date.now()), 201)
      const { preview, estimatedSeconds } = created
      return c.json(
        { object: 'evaluation.preview' as const, preview, estimated_seconds: estimatedSeconds },
        200,
      )
    })
    .openapi(list, async (c) => {
      const { limit, after } = c.req.valid('query')
      const page = await evaluationsOf(c.get('tenant')).page(limit, after)
      const data = page.data.map((record) => evaluationView(record, Date.now()))
      return c.json({ object: 'list' as const, data, has_more: page.hasMore }, 200)
    })
    .openapi(show, async (c) => {
      return c.json(evaluationView(await find(c, c.req.valid('param').id), Date.now()), 200)
    })
    .openapi(remove, async (c) => {
      if (!(await evaluationsOf(c.get('tenant')).remove(c.req.valid('param').id))) throw noSuchEvaluation()
      return c.body(null, 204)
    })
    .openapi(cancel, async (c) => {
      const record = await evaluationsOf(c.get('tenant')).cancel(c.req.valid('param').id)
      return c.json(evaluationView(record ?? refuse(), Date.now()), 200)
    })
    .openapi(resume, async (c) => {
      const identity = c.get('identity')
      const evaluations = evaluationsOf(c.get('tenant'))
      const record = await evaluations.resume(c.req.valid('param').id, identity.keyId, boundsOf(identity))
      return c.json(evaluationView(record ?? refuse(), Date.now()), 200)
    })
    .openapi(results, async (c) => {
      const { id } = await find(c, c.req.valid('param').id)
      const { format, bom } = c.req.valid('query')
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      return c.body(resultsStream(c, id, format, bom === 'true'), 200, {
        'content-type': type,
        'content-disposition': `attachment; filename="${id}.${format}"`,
      }) as never
    })
    .openapi(report, async (c) => {
      const record = await find(c, c.req.valid('param').id)
      const evaluations = evaluationsOf(c.get('tenant'))
      const [counts, other] = await Promise.all([
        evaluations.counts(record.id),
        evaluations.otherProtocol(record.id),
      ])
      const { format, language } = c.req.valid('query')
      const texts = textsFor(c, language)
      const built = buildReport(record, counts, other, texts)
      if (format === 'json') return c.json(built, 200)
      const write = format === 'html' ? reportHtml : reportMarkdown
      return c.body(write(built, texts), 200, headersOf(format, texts)) as never
    })
    .openapi(compare, async (c) => {
      const { with: other, model, with_model: otherModel, format, language } = c.req.valid('query')
      const x = { record: await find(c, c.req.valid('param').id), model }
      const y = { record: await find(c, other), model: otherModel }
      const texts = textsFor(c, language)
      const compared = await compareEvaluations(evaluationsOf(c.get('tenant')), x, y, texts)
      if (format === 'json') return c.json(compared, 200)
      const write = format === 'html' ? comparisonHtml : comparisonMarkdown
      return c.body(write(compared, texts), 200, headersOf(format, texts)) as never
    })
    .openapi(leaderboard, async (c) => {
      const data = await evaluationsOf(c.get('tenant')).leaderboard()
      return c.json({ object: 'list' as const, data, has_more: false }, 200)
    })
}

const textsFor = (c: GatewayContext, language: ReportLanguage | undefined) =>
  reportTexts[reportLanguageOf(language, c.req.header('accept-language'))]

/** A page runs nothing and loads nothing, whatever its texts say. */
const headersOf = (format: 'markdown' | 'html', { language }: ReportTexts) => ({
  'content-type': `text/${format}; charset=utf-8`,
  'content-language': language,
  ...(format === 'html' && {
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  }),
})

async function find(c: GatewayContext, id: string): Promise<ShownEvaluation> {
  return (await evaluationsOf(c.get('tenant')).get(id)) ?? refuse()
}

function refuse(): never {
  throw noSuchEvaluation()
}

function noSuchEvaluation(): FailureError {
  return new FailureError({
    code: 'not_found',
    detail: 'There is no evaluation with this id.',
    source: 'gateway',
  })
}
