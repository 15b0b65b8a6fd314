import { z } from 'zod'
import {
  batchRequest,
  batchSchema,
  fileDeleted,
  filePageQuery,
  fileSchema,
  pageQuery,
  pageSchema,
} from '../../schema/api/batches.ts'
import { FailureError, reason } from '../../schema/api/errors.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { readerLanguage } from '../http/reader-language.ts'
import { idInPath, jsonAnswer, jsonBody } from '../http/route-parts.ts'
import { type TenantFiles, tenantBatches, tenantFiles } from './tenant-batches.ts'
import { maxFileBytes, maxFrameBytes, uploadFile } from './upload-file.ts'
import { batchView, fileView } from './views.ts'

/** As plain JSON Schema: the form is read as it arrives, not by a validator that would hold it. */
const fileForm = {
  type: 'object' as const,
  properties: {
    purpose: { type: 'string' as const, enum: ['batch'] },
    file: { type: 'string' as const, format: 'binary' },
  },
  required: ['purpose', 'file'],
}

const createFile = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: maxFileBytes + maxFrameBytes },
  {
    method: 'post',
    path: '/v1/files',
    summary: 'Upload a file for a batch, as `multipart/form-data` with `file` and `purpose=batch`',
    request: { body: { required: true, content: { 'multipart/form-data': { schema: fileForm } } } },
    responses: { 200: jsonAnswer('The file', fileSchema) },
  },
)
const listFiles = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/files',
    summary: 'Files, newest first',
    request: { query: filePageQuery },
    responses: { 200: jsonAnswer('A page of files', pageSchema(fileSchema)) },
  },
)
const showFile = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/files/{id}',
    summary: 'One file',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The file', fileSchema) },
  },
)
const fileContent = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/files/{id}/content',
    summary: 'The content of a file, streamed',
    request: { params: idInPath },
    responses: {
      200: { description: 'The content', content: { 'application/octet-stream': { schema: z.string() } } },
    },
  },
)
const removeFile = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/files/{id}',
    summary: 'Delete a file',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('It is gone', fileDeleted) },
  },
)
const createBatch = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: 100_000 },
  {
    method: 'post',
    path: '/v1/batches',
    summary: 'Run the chat completions of an uploaded file',
    request: { body: jsonBody(batchRequest) },
    responses: { 200: jsonAnswer('The batch', batchSchema) },
  },
)
const listBatches = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/batches',
    summary: 'Batches, newest first',
    request: { query: pageQuery },
    responses: { 200: jsonAnswer('A page of batches', pageSchema(batchSchema)) },
  },
)
const showBatch = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/batches/{id}',
    summary: 'One batch',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The batch', batchSchema) },
  },
)
const cancelBatch = apiRoute(
  { access: { scope: 'evaluate' } },
  {
    method: 'post',
    path: '/v1/batches/{id}/cancel',
    summary: 'Stop a batch; what was answered is in its files',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('The batch', batchSchema) },
  },
)

export function batchRoutes() {
  return apiRoutes()
    .openapi(createFile, async (c) =>
      c.json(fileView(await uploadFile(c, tenantFiles(c.get('tenant')))), 200),
    )
    .openapi(listFiles, async (c) => {
      const { limit, ...place } = c.req.valid('query')
      const files = await tenantFiles(c.get('tenant')).list(limit + 1, place)
      return c.json(toPage(files.map(fileView), limit), 200)
    })
    .openapi(showFile, async (c) => {
      const file = await tenantFiles(c.get('tenant')).get(c.req.valid('param').id)
      return c.json(fileView(file ?? refuse('file')), 200)
    })
    .openapi(fileContent, async (c) => {
      const { id } = c.req.valid('param')
      const files = tenantFiles(c.get('tenant'))
      if ((await files.get(id)) === null) refuse('file')
      return c.body(contentStream(files, id), 200, { 'content-type': 'application/octet-stream' }) as never
    })
    .openapi(removeFile, async (c) => {
      const { id } = c.req.valid('param')
      if (!(await tenantFiles(c.get('tenant')).remove(id))) refuse('file')
      return c.json({ id, object: 'file' as const, deleted: true as const }, 200)
    })
    .openapi(createBatch, async (c) => {
      const { input_file_id: fileId, endpoint, completion_window, metadata } = c.req.valid('json')
      const batches = tenantBatches(c.get('tenant'))
      if ((await tenantFiles(c.get('tenant')).get(fileId))?.purpose !== 'batch') refuse('file')
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
      return c.json(batchView(batch ?? refuse('batch'), readerLanguage(c)), 200)
    })
    .openapi(cancelBatch, async (c) => {
      const batch = await tenantBatches(c.get('tenant')).cancel(c.req.valid('param').id)
      return c.json(batchView(batch ?? refuse('batch'), readerLanguage(c)), 200)
    })
}

/** A page in OpenAI's form, from one entry more than it shows. */
function toPage<T extends { id: string }>(entries: T[], limit: number) {
  const data = entries.slice(0, limit)
  return {
    object: 'list' as const,
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: entries.length > limit,
  }
}

function contentStream(files: TenantFiles, id: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let after = -1
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = await files.read(id, after)
      if (piece === null) return controller.close()
      after = piece.after
      controller.enqueue(encoder.encode(piece.text))
    },
  })
}

function refuse(what: 'file' | 'batch'): never {
  throw new FailureError({
    code: 'not_found',
    ...reason(what === 'file' ? 'no_file_with_id' : 'no_batch'),
    source: 'gateway',
  })
}
