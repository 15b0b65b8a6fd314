import { z } from 'zod'
import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import {
  exportedLabel,
  labelBody,
  rowAgreement,
  rowFilter,
  rowList,
  rowPageQuery,
  rowSchema,
} from '../../../schema/api/evaluation-rows.ts'
import { queryNumber } from '../../../schema/api/query-number.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { attachment } from '../../http/attachment.ts'
import { readerLanguage } from '../../http/reader-language.ts'
import { idInPath, jsonAnswer, jsonBody, linesQuery } from '../../http/route-parts.ts'
import { findEvaluation } from '../find-evaluation.ts'
import { labelStream } from './label-stream.ts'
import { tenantRows } from './tenant-rows.ts'

const rowInPath = idInPath.extend({
  row: queryNumber(z.coerce.number().int().min(1)).meta(
    described('Number of the row, from 1', '행 번호(1부터)'),
  ),
})
const turnInPath = rowInPath.extend({
  turn: queryNumber(z.coerce.number().int().min(1).max(2)).meta(
    described('The turn that is labelled: 1 or 2', '라벨을 붙일 턴: 1 또는 2'),
  ),
})

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/rows',
    ...summarized(
      'List the rows of an evaluation, with filters, sorting and search',
      '평가의 행 목록(필터, 정렬, 검색)',
    ),
    request: { params: idInPath, query: rowPageQuery },
    responses: { 200: jsonAnswer(described('A page of rows', '행 한 페이지'), rowList) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/rows/{row}',
    ...summarized(
      'Get a row with its texts and judgments, and its neighbours under the same filters',
      '행 하나의 질문·답변·판정과, 같은 조건에서 이전·다음 행',
    ),
    request: { params: rowInPath, query: rowFilter },
    responses: { 200: jsonAnswer(described('The row', '행'), rowSchema) },
  },
)

const label = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: 16 * 1024 },
  {
    method: 'put',
    path: '/v1/evaluations/{id}/rows/{row}/labels/{turn}',
    ...summarized(
      'Label a turn of a row manually; the label replaces the label of the file',
      '행의 턴에 라벨을 직접 붙입니다. 파일의 라벨 대신 집계에 쓰입니다',
    ),
    request: { params: turnInPath, body: jsonBody(labelBody) },
    responses: {
      200: jsonAnswer(
        described('The agreement, this label included', '이 라벨까지 반영한 일치도'),
        rowAgreement,
      ),
    },
  },
)

const unlabel = apiRoute(
  { access: { scope: 'evaluate' } },
  {
    method: 'delete',
    path: '/v1/evaluations/{id}/rows/{row}/labels/{turn}',
    ...summarized(
      'Remove a manual label; the label of the file applies again',
      '직접 붙인 라벨 삭제. 파일의 라벨이 다시 집계에 쓰입니다',
    ),
    request: { params: turnInPath },
    responses: {
      200: jsonAnswer(described('The agreement without it', '그 라벨을 뺀 일치도'), rowAgreement),
    },
  },
)

const agreement = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/agreement',
    ...summarized(
      'Agreement of the judge with all labels, including manual ones',
      '심판과 모든 라벨(직접 붙인 라벨 포함)의 일치도',
    ),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The agreement', '일치도'), rowAgreement) },
  },
)

const labels = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/labels',
    ...summarized('Download manual labels', '직접 붙인 라벨 다운로드'),
    request: {
      params: idInPath,
      query: linesQuery,
    },
    responses: {
      200: {
        ...described('One line per label', '라벨마다 한 줄'),
        content: { 'application/x-ndjson': { schema: exportedLabel }, 'text/csv': { schema: z.string() } },
      },
    },
  },
)

/** Routes of the rows of evaluations and of the labels that people give them. */
export function rowRoutes() {
  return apiRoutes()
    .openapi(list, async (c) => {
      const { id } = await findEvaluation(c, c.req.valid('param').id)
      return c.json(await tenantRows(c.get('tenant')).page(id, c.req.valid('query')), 200)
    })
    .openapi(show, async (c) => {
      const { id, row } = c.req.valid('param')
      await findEvaluation(c, id)
      const found = await tenantRows(c.get('tenant')).row(id, row, c.req.valid('query'), readerLanguage(c))
      return c.json(found ?? noSuchRow(), 200)
    })
    .openapi(label, async (c) => {
      const place = c.req.valid('param')
      await findEvaluation(c, place.id)
      const given = { ...c.req.valid('json'), keyId: c.get('identity').keyId }
      if (!(await tenantRows(c.get('tenant')).label(place, given))) noSuchRow()
      return c.json(await tenantRows(c.get('tenant')).agreement(place.id), 200)
    })
    .openapi(unlabel, async (c) => {
      const place = c.req.valid('param')
      await findEvaluation(c, place.id)
      if (!(await tenantRows(c.get('tenant')).unlabel(place))) noSuchLabel()
      return c.json(await tenantRows(c.get('tenant')).agreement(place.id), 200)
    })
    .openapi(agreement, async (c) => {
      const { id } = await findEvaluation(c, c.req.valid('param').id)
      return c.json(await tenantRows(c.get('tenant')).agreement(id), 200)
    })
    .openapi(labels, async (c) => {
      const { id, options } = await findEvaluation(c, c.req.valid('param').id)
      const { format, bom } = c.req.valid('query')
      const type = format === 'csv' ? 'text/csv; charset=utf-8' : 'application/x-ndjson'
      return c.body(labelStream(tenantRows(c.get('tenant')), id, format, bom === 'true'), 200, {
        'content-type': type,
        ...attachment(`${options.name} labels`, format),
      }) as never
    })
}

function noSuchRow(): never {
  throw new FailureError({ code: 'not_found', ...reason('no_evaluation_row'), source: 'gateway' })
}

function noSuchLabel(): never {
  throw new FailureError({ code: 'not_found', ...reason('no_row_label'), source: 'gateway' })
}
