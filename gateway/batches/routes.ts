import { batchRequest, batchSchema, pageQuery, pageSchema } from '../../schema/api/batches.ts'
import { described, summarized } from '../../schema/api/described.ts'
import { FailureError } from '../../schema/api/errors.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { readerLanguage } from '../http/reader-language.ts'
import { idInPath, jsonAnswer, jsonBody } from '../http/route-parts.ts'
import { throwNotFound, toPage } from './openai-answers.ts'
import { tenantBatches, tenantFiles } from './tenant-batches.ts'
import { batchView } from './views.ts'

const createBatch = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: 100_000 },
  {
    method: 'post',
    path: '/v1/batches',
    ...summarized('Run the chat completions of an uploaded file', '업로드한 파일의 채팅 완성 실행'),
    request: { body: jsonBody(batchRequest) },
    responses: { 200: jsonAnswer(described('The batch', '배치'), batchSchema) },
  },
)
const listBatches = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/batches',
    ...summarized('List batches, newest first', '배치 목록(최신순)'),
    request: { query: pageQuery },
    responses: {
      200: jsonAnswer(described('One page of batches', '배치 한 페이지'), pageSchema(batchSchema)),
    },
  },
)
const showBatch = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/batches/{id}',
    ...summarized('Get a batch', '배치 조회'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The batch', '배치'), batchSchema) },
  },
)
const cancelBatch = apiRoute(
  { access: { scope: 'evaluate' } },
  {
    method: 'post',
    path: '/v1/batches/{id}/cancel',
    ...summarized(
      'Cancel a batch; finished answers stay in its files',
      '배치 중지. 완료된 응답은 파일에 남습니다',
    ),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The batch', '배치'), batchSchema) },
  },
)

/** Routes of batches. */
export function batchRoutes() {
  return apiRoutes()
    .openapi(createBatch, async (c) => {
      const { input_file_id: fileId, endpoint, completion_window, metadata } = c.req.valid('json')
      const batches = tenantBatches(c.get('tenant'))
      if ((await tenantFiles(c.get('tenant')).get(fileId))?.purpose !== 'batch') throwNotFound('file')
      const { tenantId, keyId } = c.get('identity')
      const created = await batches.create(tenantId, fileId, {
        keyId,
        endpoint,
        completionWindow: completion_window,
        metadata: metadata ?? null,
      })
      if ('failure' in created) throw new FailureError(created.failure)
      return c.json(batchView(created.batch, readerLanguage(c)), 200)
    })
    .openapi(listBatches, async (c) => {
      const { limit, after } = c.req.valid('query')
      const batches = await tenantBatches(c.get('tenant')).list(limit + 1, after)
      return c.json(
        toPage(
          batches.map((batch) => batchView(batch, readerLanguage(c))),
          limit,
        ),
        200,
      )
    })
    .openapi(showBatch, async (c) => {
      const batch = await tenantBatches(c.get('tenant')).get(c.req.valid('param').id)
      return c.json(batchView(batch ?? throwNotFound('batch'), readerLanguage(c)), 200)
    })
    .openapi(cancelBatch, async (c) => {
      const batch = await tenantBatches(c.get('tenant')).cancel(c.req.valid('param').id)
      return c.json(batchView(batch ?? throwNotFound('batch'), readerLanguage(c)), 200)
    })
}
