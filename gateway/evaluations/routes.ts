import { z } from 'zod'
import { described, type Summary, summarized } from '../../schema/api/described.ts'
import { FailureError, reason } from '../../schema/api/errors.ts'
import { evaluationQuery } from '../../schema/api/evaluation-request.ts'
import { resultSchema } from '../../schema/api/evaluation-results.ts'
import { evaluationListQuery } from '../../schema/api/evaluation-tags.ts'
import { evaluationList, evaluationSchema, previewAnswer } from '../../schema/api/evaluations.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { attachment } from '../http/attachment.ts'
import { idInPath, jsonAnswer, linesQuery } from '../http/route-parts.ts'
import { requireModel } from '../judging/served-models.ts'
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
    ...summarized('Evaluate a file of answers', '답변 파일 평가'),
    ...described(
      'The body is the file; or `multipart/form-data` with one or more parts `file` (`reference` for reference answers of FastChat) and the parameters as fields.',
      '본문에 파일을 그대로 보내거나, `multipart/form-data`로 `file`(FastChat의 참고 답변은 `reference`)을 하나 이상, 매개변수는 폼 항목으로 보냅니다.',
    ),
    request: {
      query: evaluationQuery.partial(),
      body: {
        required: true,
        content: uploadBody(Object.keys(evaluationQuery.shape)),
      },
    },
    responses: {
      201: jsonAnswer(described('Started', '시작됨'), evaluationSchema),
      200: jsonAnswer(
        described('With `preview=true`: how the file was read', '`preview=true`인 경우: 파일 분석 결과'),
        previewAnswer,
      ),
    },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations',
    ...summarized('List evaluations, newest first', '평가 목록(최신순)'),
    request: { query: evaluationListQuery },
    responses: { 200: jsonAnswer(described('One page of evaluations', '평가 한 페이지'), evaluationList) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}',
    ...summarized('Get the status and progress of an evaluation', '평가의 상태와 진행률'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The evaluation', '평가'), evaluationSchema) },
  },
)

const remove = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/evaluations/{id}',
    ...summarized(
      'Delete an evaluation and its rows; judgments are kept until deleted themselves',
      '평가와 행 삭제. 판정은 따로 삭제할 때까지 유지됩니다',
    ),
    request: { params: idInPath },
    responses: { 204: described('Deleted', '삭제됨') },
  },
)

const change = (step: 'cancel' | 'resume', summary: Summary) =>
  apiRoute(
    { access: { scope: 'evaluate' } },
    {
      method: 'post',
      path: `/v1/evaluations/{id}/${step}`,
      ...summary,
      request: { params: idInPath },
      responses: { 200: jsonAnswer(described('The evaluation', '평가'), evaluationSchema) },
    },
  )
const cancel = change(
  'cancel',
  summarized('Cancel an evaluation; finished judgments are kept', '평가 중지. 완료된 판정은 유지됩니다'),
)
const resume = change(
  'resume',
  summarized(
    "Resume a cancelled or paused evaluation with the judge's current weights, and retry failed rows",
    '중지했거나 일시 정지된 평가를 심판의 현재 가중치로 재개하고 실패한 행을 다시 시도합니다',
  ),
)

const results = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/results',
    ...summarized('Stream every finished judgment', '완료된 판정 스트리밍'),
    request: {
      params: idInPath,
      query: linesQuery.extend({
        texts: z
          .enum(['true', 'false'])
          .default('false')
          .meta(described('With question, answer and reference', '질문, 답변, 참고 답변 포함')),
      }),
    },
    responses: {
      200: {
        ...described('One line per judgment', '판정마다 한 줄'),
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
      const { preview, dataset, estimatedSeconds } = created
      return c.json(
        { object: 'evaluation.preview' as const, preview, dataset, estimated_seconds: estimatedSeconds },
        200,
      )
    })
    .openapi(list, async (c) => {
      const page = await tenantEvaluations(c.get('tenant')).page(c.req.valid('query'))
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
      const { id, options, imported } = await findEvaluation(c, c.req.valid('param').id)
      if (imported !== null) {
        throw new FailureError({ code: 'conflict', ...reason('imported_not_resumed'), source: 'gateway' })
      }
      // what the tenant may use can have changed since
      await requireModel(c, options.model)
      const record = await tenantEvaluations(c.get('tenant')).resume(id, identity.keyId)
      return c.json(evaluationView(record ?? noSuchEvaluation(), Date.now()), 200)
    })
    .openapi(results, async (c) => {
      const { id, options } = await findEvaluation(c, c.req.valid('param').id)
      const { format, bom, texts } = c.req.valid('query')
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      return c.body(
        resultsStream(c, id, { format, withMark: bom === 'true', texts: texts === 'true' }),
        200,
        {
          'content-type': type,
          ...attachment(options.name, format),
        },
      ) as never
    })
}
