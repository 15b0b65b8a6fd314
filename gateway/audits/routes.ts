import { z } from 'zod'
import {
  auditAgainQuery,
  auditComparison,
  auditList,
  auditPreview,
  auditQuery,
  auditReport,
  auditSchema,
} from '../../schema/api/audits.ts'
import { described, type Summary, summarized } from '../../schema/api/described.ts'
import { evaluationPageQuery } from '../../schema/api/evaluations.ts'
import type { AuditTexts } from '../../schema/report/audit/en.ts'
import { auditTexts } from '../../schema/report/audit/texts.ts'
import { chooseReportLanguage } from '../../schema/report/texts/languages.ts'
import { documentHeaders, documentQuery, documents } from '../evaluations/report/document-route.ts'
import { maxFormBytes, uploadBody } from '../evaluations/upload-body.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import type { GatewayContext } from '../http/context.ts'
import { idInPath, jsonAnswer } from '../http/route-parts.ts'
import { requireModel } from '../judging/served-models.ts'
import { auditView } from './audit-view.ts'
import { buildAuditReport } from './build-report.ts'
import { compareAudits } from './compare-audits.ts'
import { createAudit } from './create-audit.ts'
import { findAudit, noSuchAudit } from './find-audit.ts'
import { auditComparisonHtml, auditComparisonMarkdown, auditHtml, auditMarkdown } from './report/documents.ts'
import { tenantAudits } from './tenant-audits.ts'

const maxAuditBytes = 64_000_000

const query = auditQuery.partial().extend({ baseline: auditAgainQuery.shape.baseline.optional() })

const create = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: maxAuditBytes + maxFormBytes },
  {
    method: 'post',
    path: '/v1/audits',
    ...summarized('Audit a judge on a file of answers', '답변 파일로 심판 점검'),
    ...described(
      'The body is the file, as for an evaluation. With the query parameter `baseline` there is no body: the cases of an earlier audit are judged again.',
      '본문에 평가와 같은 형식의 파일을 보냅니다. 쿼리에 `baseline`을 지정하면 본문 없이 이전 점검의 사례를 다시 판정합니다.',
    ),
    request: {
      query,
      body: { required: false, content: uploadBody(Object.keys(auditQuery.shape)) },
    },
    responses: {
      201: jsonAnswer(described('Started', '시작됨'), auditSchema),
      200: jsonAnswer(
        described('With `preview=true`: the size of the audit', '`preview=true`인 경우: 점검 규모'),
        auditPreview,
      ),
    },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits',
    ...summarized('List audits, newest first', '심판 점검 목록(최신순)'),
    request: { query: evaluationPageQuery },
    responses: { 200: jsonAnswer(described('One page of audits', '심판 점검 한 페이지'), auditList) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits/{id}',
    ...summarized('Get the status and progress of an audit', '심판 점검의 상태와 진행률'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The audit', '심판 점검'), auditSchema) },
  },
)

const remove = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/audits/{id}',
    ...summarized('Delete an audit and its cases', '심판 점검과 사례 삭제'),
    request: { params: idInPath },
    responses: { 204: described('Deleted', '삭제됨') },
  },
)

const change = (step: 'cancel' | 'resume', summary: Summary) =>
  apiRoute(
    { access: { scope: 'evaluate' } },
    {
      method: 'post',
      path: `/v1/audits/{id}/${step}`,
      ...summary,
      request: { params: idInPath },
      responses: { 200: jsonAnswer(described('The audit', '심판 점검'), auditSchema) },
    },
  )
const cancel = change(
  'cancel',
  summarized('Cancel an audit; finished judgments are kept', '심판 점검 중지. 완료된 판정은 유지됩니다'),
)
const resume = change(
  'resume',
  summarized('Resume a cancelled or paused audit', '중지했거나 일시 정지된 점검 재개'),
)

const report = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits/{id}/report',
    ...summarized('Get the report of an audit', '심판 점검 보고서'),
    request: { params: idInPath, query: documentQuery },
    responses: { 200: documents(described('The report', '보고서'), auditReport) },
  },
)

const compare = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits/{id}/compare/{other}',
    ...summarized('Compare two judges on the same cases', '같은 사례를 판정한 두 심판 비교'),
    request: { params: idInPath.extend({ other: z.string().max(64) }), query: documentQuery },
    responses: { 200: documents(described('The comparison', '비교'), auditComparison) },
  },
)

/** Audits of judges: how far ratings can be trusted on a tenant's own answers. */
export function auditRoutes() {
  return apiRoutes()
    .openapi(create, async (c) => {
      const created = await createAudit(c)
      return 'audit' in created
        ? c.json(auditView(created.audit, Date.now()), 201)
        : c.json(created.preview, 200)
    })
    .openapi(list, async (c) => {
      const { limit, after } = c.req.valid('query')
      const page = await tenantAudits(c.get('tenant')).page(limit, after)
      const data = page.data.map((record) => auditView(record, Date.now()))
      return c.json({ object: 'list' as const, data, has_more: page.hasMore }, 200)
    })
    .openapi(show, async (c) =>
      c.json(auditView(await findAudit(c, c.req.valid('param').id), Date.now()), 200),
    )
    .openapi(remove, async (c) => {
      if (!(await tenantAudits(c.get('tenant')).remove(c.req.valid('param').id))) noSuchAudit()
      return c.body(null, 204)
    })
    .openapi(cancel, async (c) => {
      const record = await tenantAudits(c.get('tenant')).cancel(c.req.valid('param').id)
      return c.json(auditView(record ?? noSuchAudit(), Date.now()), 200)
    })
    .openapi(resume, async (c) => {
      const { audit, evaluation } = await findAudit(c, c.req.valid('param').id)
      await requireModel(c, evaluation.options.model)
      const record = await tenantAudits(c.get('tenant')).resume(audit.id, c.get('identity').keyId)
      return c.json(auditView(record ?? noSuchAudit(), Date.now()), 200)
    })
    .openapi(report, async (c) => {
      const { format, language } = c.req.valid('query')
      const texts = textsFor(c, language)
      const record = await findAudit(c, c.req.valid('param').id)
      const built = await buildAuditReport(tenantAudits(c.get('tenant')), record, texts)
      if (format === 'json') return c.json(built, 200)
      const write = format === 'html' ? auditHtml : auditMarkdown
      return c.body(write(built, texts), 200, documentHeaders(format, texts)) as never
    })
    .openapi(compare, async (c) => {
      const { id, other } = c.req.valid('param')
      const { format, language } = c.req.valid('query')
      const texts = textsFor(c, language)
      const audits = tenantAudits(c.get('tenant'))
      const compared = await compareAudits(audits, await findAudit(c, id), await findAudit(c, other))
      if (format === 'json') return c.json(compared, 200)
      const write = format === 'html' ? auditComparisonHtml : auditComparisonMarkdown
      return c.body(write(compared, texts), 200, documentHeaders(format, texts)) as never
    })
}

const textsFor = (c: GatewayContext, language: z.output<typeof documentQuery>['language']): AuditTexts =>
  auditTexts[chooseReportLanguage(language, c.req.header('accept-language'))]
