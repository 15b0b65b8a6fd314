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
import { evaluationPageQuery } from '../../schema/api/evaluations.ts'
import type { AuditTexts } from '../../schema/report/audit/en.ts'
import { auditTexts } from '../../schema/report/audit/texts.ts'
import { chooseReportLanguage } from '../../schema/report/texts/languages.ts'
import { documentHeaders, documentQuery, documents } from '../evaluations/report/document-route.ts'
import { maxFormBytes, uploadBody } from '../evaluations/upload-body.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import type { GatewayContext } from '../http/context.ts'
import { idInPath, jsonAnswer } from '../http/route-parts.ts'
import { demandModel } from '../judging/served-models.ts'
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
    summary: 'Audit a judge on a file of answers',
    description:
      'The body is the file, as for an evaluation; with `baseline` in the address there is none, and the cases of an earlier audit are judged again.',
    request: {
      query,
      body: { required: false, content: uploadBody(Object.keys(auditQuery.shape)) },
    },
    responses: {
      201: jsonAnswer('It has begun', auditSchema),
      200: jsonAnswer('With `preview=true`: its size', auditPreview),
    },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits',
    summary: 'Audits, newest first',
    request: { query: evaluationPageQuery },
    responses: { 200: jsonAnswer('A page of audits', auditList) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits/{id}',
    summary: 'Status and progress of an audit',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The audit', auditSchema) },
  },
)

const remove = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/audits/{id}',
    summary: 'Delete an audit and its cases',
    request: { params: idInPath },
    responses: { 204: { description: 'It is gone' } },
  },
)

const change = (step: 'cancel' | 'resume', summary: string) =>
  apiRoute(
    { access: { scope: 'evaluate' } },
    {
      method: 'post',
      path: `/v1/audits/{id}/${step}`,
      summary,
      request: { params: idInPath },
      responses: { 200: jsonAnswer('The audit', auditSchema) },
    },
  )
const cancel = change('cancel', 'Stop a running or paused audit; what was judged stays')
const resume = change('resume', 'Go on with what a cancelled or paused audit left')

const report = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits/{id}/report',
    summary: 'How far the judge can be trusted',
    request: { params: idInPath, query: documentQuery },
    responses: { 200: documents('The report', auditReport) },
  },
)

const compare = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/audits/{id}/compare/{other}',
    summary: 'Two judges on the same cases',
    request: { params: idInPath.extend({ other: z.string().max(64) }), query: documentQuery },
    responses: { 200: documents('The comparison', auditComparison) },
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
      await demandModel(c, evaluation.options.model)
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
