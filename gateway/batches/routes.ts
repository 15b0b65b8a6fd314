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
    ...summarized('Run the chat completions of an uploaded file', '올린 파일의 채팅 완성을 실행합니다'),
    request: { body: jsonBody(batchRequest) },
    responses: { 200: jsonAnswer(described('The batch', '배치'), batchSchema) },
  },
)
const listBatches = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/batches',
    ...summarized('Batches, newest first', '배치, 새것부터'),
    request: { query: pageQuery },
    responses: { 200: jsonAnswer(described('A page of batches', '배치 한 쪽'), pageSchema(batchSchema)) },
  },
)
const showBatch = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/batches/{id}',
    ...summarized('One batch', '배치 하나'),
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
      'Stop a batch; what was answered is in its files',
      '배치를 멈춥니다. 이미 받은 답은 그 파일에 남습니다',
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
