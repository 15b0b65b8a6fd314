import { comparisonQuery, comparisonSchema } from '../../schema/api/comparisons.ts'
import { leaderboardSchema } from '../../schema/api/leaderboard.ts'
import { reportSchema } from '../../schema/api/reports.ts'
import {
  chooseReportLanguage,
  type ReportLanguage,
  reportTexts,
} from '../../schema/report/texts/languages.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import type { GatewayContext } from '../http/context.ts'
import { idInPath, jsonAnswer } from '../http/route-parts.ts'
import { compareEvaluations } from './compare-evaluations.ts'
import { findEvaluation } from './find-evaluation.ts'
import { buildReport } from './report/build-report.ts'
import { comparisonHtml, comparisonMarkdown } from './report/comparison.ts'
import { documentHeaders, documentQuery, documents } from './report/document-route.ts'
import { reportHtml } from './report/html.ts'
import { reportMarkdown } from './report/markdown.ts'
import { ReportCache } from './report/report-cache.ts'
import { tenantEvaluations } from './tenant-evaluations.ts'

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

/** Routes of reports, comparisons and the leaderboard, as data and as documents. */
export function reportRoutes() {
  const reports = new ReportCache()
  return apiRoutes()
    .openapi(report, async (c) => {
      const record = await findEvaluation(c, c.req.valid('param').id)
      const evaluations = tenantEvaluations(c.get('tenant'))
      const [counts, other] = await Promise.all([
        evaluations.counts(record.id),
        evaluations.otherProtocol(record.id),
      ])
      const { format, language } = c.req.valid('query')
      const texts = textsFor(c, language)
      const built = reports.get(record, other?.evaluation.id ?? null, texts, () =>
        buildReport(record, counts, other, texts),
      )
      if (format === 'json') return c.json(built, 200)
      const write = format === 'html' ? reportHtml : reportMarkdown
      return c.body(write(built, texts), 200, documentHeaders(format, texts)) as never
    })
    .openapi(compare, async (c) => {
      const { with: other, model, with_model: otherModel, format, language } = c.req.valid('query')
      const x = { record: await findEvaluation(c, c.req.valid('param').id), model }
      const y = { record: await findEvaluation(c, other), model: otherModel }
      const texts = textsFor(c, language)
      const compared = await compareEvaluations(tenantEvaluations(c.get('tenant')), x, y, texts)
      if (format === 'json') return c.json(compared, 200)
      const write = format === 'html' ? comparisonHtml : comparisonMarkdown
      return c.body(write(compared, texts), 200, documentHeaders(format, texts)) as never
    })
    .openapi(leaderboard, async (c) => {
      const data = await tenantEvaluations(c.get('tenant')).leaderboard()
      return c.json({ object: 'list' as const, data, has_more: false }, 200)
    })
}

const textsFor = (c: GatewayContext, language: ReportLanguage | undefined) =>
  reportTexts[chooseReportLanguage(language, c.req.header('accept-language'))]
