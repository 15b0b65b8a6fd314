import { z } from 'zod'
import { described, summarized } from '../../../schema/api/described.ts'
import type { Report } from '../../../schema/api/reports.ts'
import { chooseReportLanguage, reportLanguages, reportTexts } from '../../../schema/report/texts/languages.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import type { GatewayContext } from '../../http/context.ts'
import { buildReport } from '../report/build-report.ts'
import { documentHeaders } from '../report/document-route.ts'
import { reportHtml } from '../report/html.ts'
import { ReportCache } from '../report/report-cache.ts'
import { resultsStream } from '../results.ts'
import { tenantEvaluations } from '../tenant-evaluations.ts'
import { noSuchShareLink } from './share-link-routes.ts'
import type { ShareLinkRow } from './share-link-store.ts'

const token = z.object({ token: z.string().max(64) })

const page = apiRoute(
  { access: 'open' },
  {
    method: 'get',
    path: '/shared/{token}',
    ...summarized('Get the report of a share link', '공유 링크의 보고서'),
    request: { params: token, query: z.object({ language: z.enum(reportLanguages).optional() }) },
    responses: {
      200: {
        ...described('The report as a page', '보고서 페이지'),
        content: { 'text/html': { schema: z.string() } },
      },
    },
  },
)

const rows = apiRoute(
  { access: 'open' },
  {
    method: 'get',
    path: '/shared/{token}/rows',
    ...summarized('Get the rows of a share link that includes them', '행을 공개한 공유 링크의 행 목록'),
    request: { params: token, query: z.object({ format: z.enum(['jsonl', 'csv']).default('jsonl') }) },
    responses: {
      200: {
        ...described('One line per judgment, with its texts', '판정마다 한 줄(질문과 답변 포함)'),
        content: { 'application/x-ndjson': { schema: z.string() }, 'text/csv': { schema: z.string() } },
      },
    },
  },
)

/** Keeps a link private: no search engine, no cache and no other site learns of it. */
const privacyHeaders = {
  'x-robots-tag': 'noindex, nofollow',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
}

/** Routes that a share link opens: one report, and its rows if the owner shared them. */
export function sharedRoutes() {
  // anybody with the link may ask as often as they like, and intervals are expensive
  const reports = new ReportCache()
  return apiRoutes()
    .openapi(page, async (c) => {
      const link = await openLink(c, c.req.valid('param').token)
      const evaluations = tenantEvaluations(c.get('tenant'))
      const record = (await evaluations.get(link.evaluationId)) ?? noSuchShareLink()
      const language = chooseReportLanguage(c.req.valid('query').language, c.req.header('accept-language'))
      const texts = reportTexts[language]
      // neither the other evaluation of the file nor an audit is part of what was shared
      const counts = await evaluations.counts(record.id)
      const built = reports.get(record, null, null, language, () =>
        buildReport(record, counts, null, null, language),
      )
      const report = link.showsRows ? built : withoutRows(built)
      const files = link.showsRows
        ? ['csv', 'jsonl'].map((format) => ({
            href: `/shared/${c.req.valid('param').token}/rows?format=${format}`,
            label: texts.rowsAs(format.toUpperCase()),
          }))
        : []
      return c.body(reportHtml(report, texts, files), 200, {
        ...documentHeaders('html', texts),
        ...privacyHeaders,
      }) as never
    })
    .openapi(rows, async (c) => {
      const link = await openLink(c, c.req.valid('param').token)
      if (!link.showsRows) noSuchShareLink()
      if ((await tenantEvaluations(c.get('tenant')).get(link.evaluationId)) === null) noSuchShareLink()
      const { format } = c.req.valid('query')
      const stream = resultsStream(c, link.evaluationId, { format, withMark: format === 'csv', texts: true })
      return c.body(stream, 200, {
        ...privacyHeaders,
        'content-type': format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson',
        'content-disposition': `attachment; filename="rows.${format}"`,
        'x-content-type-options': 'nosniff',
      }) as never
    })
}

/** The link, with the object of its tenant as the one that is asked. */
async function openLink(c: GatewayContext, token: string): Promise<ShareLinkRow> {
  const link = (await c.get('services').shareLinks.open(token)) ?? noSuchShareLink()
  c.set('tenant', c.env.TENANTS.getByName(link.tenantId))
  return link
}

/** Ids of rows come from the file. */
const withoutRows = (report: Report): Report => ({
  ...report,
  failures: report.failures.map((failure) => ({ ...failure, rows: [] })),
})
