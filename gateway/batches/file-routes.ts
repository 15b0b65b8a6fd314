import { z } from 'zod'
import { fileDeleted, filePageQuery, fileSchema, pageSchema } from '../../schema/api/batches.ts'
import { described, summarized } from '../../schema/api/described.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { idInPath, jsonAnswer } from '../http/route-parts.ts'
import { throwNotFound, toPage } from './openai-answers.ts'
import { type TenantFiles, tenantFiles } from './tenant-batches.ts'
import { maxFileBytes, maxFrameBytes, uploadFile } from './upload-file.ts'
import { fileView } from './views.ts'

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
    ...summarized(
      'Upload a batch file as `multipart/form-data` with `file` and `purpose=batch`',
      '배치 파일 업로드. `multipart/form-data`의 `file`과 `purpose=batch`',
    ),
    request: { body: { required: true, content: { 'multipart/form-data': { schema: fileForm } } } },
    responses: { 200: jsonAnswer(described('The file', '파일'), fileSchema) },
  },
)
const listFiles = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/files',
    ...summarized('List files, newest first', '파일 목록(최신순)'),
    request: { query: filePageQuery },
    responses: { 200: jsonAnswer(described('One page of files', '파일 한 페이지'), pageSchema(fileSchema)) },
  },
)
const showFile = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/files/{id}',
    ...summarized('Get a file', '파일 조회'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The file', '파일'), fileSchema) },
  },
)
const fileContent = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/files/{id}/content',
    ...summarized('Download the content of a file', '파일 내용 다운로드'),
    request: { params: idInPath },
    responses: {
      200: {
        ...described('The content', '내용'),
        content: { 'application/octet-stream': { schema: z.string() } },
      },
    },
  },
)
const removeFile = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/files/{id}',
    ...summarized('Delete a file', '파일 삭제'),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('Deleted', '삭제됨'), fileDeleted) },
  },
)

/** Routes of files. */
export function fileRoutes() {
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
      return c.json(fileView(file ?? throwNotFound('file')), 200)
    })
    .openapi(fileContent, async (c) => {
      const { id } = c.req.valid('param')
      const files = tenantFiles(c.get('tenant'))
      if ((await files.get(id)) === null) throwNotFound('file')
      return c.body(contentStream(files, id), 200, { 'content-type': 'application/octet-stream' }) as never
    })
    .openapi(removeFile, async (c) => {
      const { id } = c.req.valid('param')
      if (!(await tenantFiles(c.get('tenant')).remove(id))) throwNotFound('file')
      return c.json({ id, object: 'file' as const, deleted: true as const }, 200)
    })
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
