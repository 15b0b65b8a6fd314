import { z } from 'zod'
import { evaluationQuery } from '../../schema/api/evaluation-request.ts'
import { resultSchema } from '../../schema/api/evaluation-results.ts'
import {
  evaluationList,
  evaluationPageQuery,
  evaluationSchema,
  previewAnswer,
} from '../../schema/api/evaluations.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { idInPath, jsonAnswer } from '../http/route-parts.ts'
import { demandModel } from '../judging/served-models.ts'
import { createEvaluation } from './create-evaluation.ts'
import { evaluationView } from './evaluation-view.ts'
import { findEvaluation, noSuchEvaluation } from './find-evaluation.ts'
import { resultsStream } from './results.ts'
import { tenantEvaluations } from './tenant-evaluations.ts'
import { maxUploadBytes } from './upload.ts'
import { maxFormBytes, uploadBody } from './upload-body.ts'

const create = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: maxUploadBytes + maxFormBytes },
  {
    method: 'post',
    path: '/v1/evaluations',
    summary: 'Judge a file of answers',
    description:
      'The body is the file; or `multipart/form-data` with one or more parts `file` (`reference` for reference answers of FastChat) and the parameters as fields.',
    request: {
      query: evaluationQuery.partial(),
      body: {
        required: true,
        content: uploadBody(Object.keys(evaluationQuery.shape)),
      },
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
const cancel = change('cancel', 'Stop a running or paused evaluation; what was judged stays')
const resume = change(
  'resume',
  'Go on with what a cancelled or paused evaluation left, with the weights the judge has now, and try failed rows again',
)

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
      const page = await tenantEvaluations(c.get('tenant')).page(limit, after)
      const data = page.data.map((record) => evaluationView(record, Date.now()))
      return c.json({ object: 'list' as const, data, has_more: page.hasMore }, 200)
    })
    .openapi(show, async (c) => {
      return c.json(evaluationView(await findEvaluation(c, c.req.valid('param').id), Date.now()), 200)
    })
    .openapi(remove, async (c) => {
      if (!(await tenantEvaluations(c.get('tenant')).remove(c.req.valid('param').id))) noSuchEvaluation()
      return c.body(null, 204)
    })
    .openapi(cancel, async (c) => {
      const record = await tenantEvaluations(c.get('tenant')).cancel(c.req.valid('param').id)
      return c.json(evaluationView(record ?? noSuchEvaluation(), Date.now()), 200)
    })
    .openapi(resume, async (c) => {
      const identity = c.get('identity')
      const { id, options } = await findEvaluation(c, c.req.valid('param').id)
      // what the tenant may use can have changed since
      await demandModel(c, options.model)
      const record = await tenantEvaluations(c.get('tenant')).resume(id, identity.keyId)
      return c.json(evaluationView(record ?? noSuchEvaluation(), Date.now()), 200)
    })
    .openapi(results, async (c) => {
      const { id } = await findEvaluation(c, c.req.valid('param').id)
      const { format, bom } = c.req.valid('query')
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      return c.body(resultsStream(c, id, format, bom === 'true'), 200, {
        'content-type': type,
        'content-disposition': `attachment; filename="${id}.${format}"`,
      }) as never
    })
}
