import { comparisonQuery, comparisonSchema, pairList, pairQuery } from '../../schema/api/comparisons.ts'
import { described, summarized } from '../../schema/api/described.ts'
import { leaderboardQuery, leaderboardSchema } from '../../schema/api/leaderboard.ts'
import { reportSchema } from '../../schema/api/reports.ts'
import {
  chooseReportLanguage,
  type ReportLanguage,
  reportTexts,
} from '../../schema/report/texts/languages.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import type { GatewayContext } from '../http/context.ts'
import { idInPath, jsonAnswer } from '../http/route-parts.ts'
import { chooseSide, compareEvaluations } from './compare-evaluations.ts'
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
    ...summarized('Get the report of an evaluation', '평가 보고서'),
    request: {
      params: idInPath,
      query: documentQuery,
    },
    responses: { 200: documents(described('The report', '보고서'), reportSchema) },
  },
)

const compare = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/comparison',
    ...summarized(
      'Compare two evaluations of the same questions: two models or two judges',
      '같은 질문에 대한 두 평가 비교(두 모델 또는 두 심판)',
    ),
    request: { params: idInPath, query: comparisonQuery.extend(documentQuery.shape) },
    responses: { 200: documents(described('The comparison', '비교'), comparisonSchema) },
  },
)

const pairs = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/comparison/rows',
    ...summarized(
      'List the rows that two evaluations have in common, by which is rated higher; largest differences first',
      '두 평가의 공통 행. 어느 평가의 평점이 높은지로 고르며, 차이가 큰 순서입니다',
    ),
    request: { params: idInPath, query: pairQuery },
    responses: { 200: jsonAnswer(described('A page of rows', '행 한 페이지'), pairList) },
  },
)

const leaderboard = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/leaderboard',
    ...summarized(
      'Rank answering models that share questions, protocol and judge',
      '질문·프로토콜·심판이 같은 모델의 순위',
    ),
    request: { query: leaderboardQuery },
    responses: { 200: jsonAnswer(described('The leaderboard', '순위표'), leaderboardSchema) },
  },
)

/** Routes of reports, comparisons and the leaderboard, as data and as documents. */
export function reportRoutes() {
  const reports = new ReportCache()
  return apiRoutes()
    .openapi(report, async (c) => {
      const record = await findEvaluation(c, c.req.valid('param').id)
      const evaluations = tenantEvaluations(c.get('tenant'))
      const [counts, other, audited] = await Promise.all([
        evaluations.counts(record.id),
        evaluations.otherProtocol(record.id),
        evaluations.auditedNoise(record.id),
      ])
      const { format, language } = c.req.valid('query')
      const texts = textsFor(c, language)
      const built = reports.get(
        record,
        other?.evaluation.id ?? null,
        audited?.audit ?? null,
        texts.language,
        () => buildReport(record, counts, other, audited, texts.language),
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
      const compared = await compareEvaluations(tenantEvaluations(c.get('tenant')), x, y, texts.language)
      if (format === 'json') return c.json(compared, 200)
      const write = format === 'html' ? comparisonHtml : comparisonMarkdown
      return c.body(write(compared, texts), 200, documentHeaders(format, texts)) as never
    })
    .openapi(pairs, async (c) => {
      const { with: other, model, with_model: otherModel, ...filter } = c.req.valid('query')
      const [x, y] = [
        chooseSide({ record: await findEvaluation(c, c.req.valid('param').id), model }, 'model'),
        chooseSide({ record: await findEvaluation(c, other), model: otherModel }, 'with_model'),
      ]
      const { data, total } = await tenantEvaluations(c.get('tenant')).pairList(x, y, filter)
      const hasMore = filter.offset + data.length < total
      return c.json({ object: 'list' as const, data, total, has_more: hasMore }, 200)
    })
    .openapi(leaderboard, async (c) => {
      const data = await tenantEvaluations(c.get('tenant')).leaderboard(c.req.valid('query'))
      return c.json({ object: 'list' as const, data, has_more: false }, 200)
    })
}

const textsFor = (c: GatewayContext, language: ReportLanguage | undefined) =>
  reportTexts[chooseReportLanguage(language, c.req.header('accept-language'))]
