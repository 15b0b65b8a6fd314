import { z } from 'zod'
import { described, summarized } from '../../../schema/api/described.ts'
import { evaluationSchema } from '../../../schema/api/evaluations.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { attachment } from '../../http/attachment.ts'
import { idInPath, jsonAnswer } from '../../http/route-parts.ts'
import { evaluationView } from '../evaluation-view.ts'
import { findEvaluation } from '../find-evaluation.ts'
import { maxUploadBytes } from '../upload.ts'
import { maxFormBytes } from '../upload-body.ts'
import { exportArchive } from './export-archive.ts'
import { importArchive } from './import-archive.ts'
import { importQuery } from './import-query.ts'

const archive = z.string().meta({ format: 'binary' })

const exportRoute = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/evaluations/{id}/export',
    ...summarized('Export an evaluation as an archive', '평가 내보내기(ZIP)'),
    ...described(
      'A ZIP file with rows, results, manual labels, the report and a manifest with the digest of each. Only ended evaluations can be exported.',
      '행, 결과, 직접 붙인 라벨, 보고서와 각 파일의 다이제스트가 담긴 매니페스트로 이루어진 ZIP 파일입니다. 끝난 평가만 내보낼 수 있습니다.',
    ),
    request: { params: idInPath },
    responses: {
      200: {
        ...described('The archive', '내보낸 평가 파일(ZIP)'),
        content: { 'application/zip': { schema: archive } },
      },
    },
  },
)

const importRoute = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: maxUploadBytes + maxFormBytes },
  {
    method: 'post',
    path: '/v1/evaluations/import',
    ...summarized('Import an exported evaluation', '내보낸 평가 가져오기'),
    ...described(
      'The body is the archive; or `multipart/form-data` with one part `file` and the parameters as fields. Nothing is judged, and no judgment is stored for reuse: the evaluation is marked as imported.',
      '본문에 내보낸 평가 파일을 그대로 보내거나, `multipart/form-data`로 `file` 하나와 매개변수를 보냅니다. 다시 판정하지 않으며, 가져온 판정은 다른 요청의 응답으로 재사용되지 않습니다. 평가는 가져온 평가로 표시됩니다.',
    ),
    request: {
      query: importQuery,
      body: {
        required: true,
        content: {
          'application/zip': { schema: archive },
          'multipart/form-data': {
            schema: {
              type: 'object' as const,
              properties: {
                file: { type: 'string' as const, format: 'binary' },
                ...Object.fromEntries(
                  Object.keys(importQuery.shape).map((name) => [name, { type: 'string' as const }]),
                ),
              },
              required: ['file'],
              additionalProperties: false,
            },
          },
        },
      },
    },
    responses: { 201: jsonAnswer(described('Imported', '가져옴'), evaluationSchema) },
  },
)

/** Routes that move whole evaluations between gateways. */
export function archiveRoutes() {
  return apiRoutes()
    .openapi(exportRoute, async (c) => {
      const record = await findEvaluation(c, c.req.valid('param').id)
      return c.body(exportArchive(c, record), 200, {
        'content-type': 'application/zip',
        ...attachment(record.options.name, 'keval.zip'),
      }) as never
    })
    .openapi(importRoute, async (c) => {
      return c.json(evaluationView(await importArchive(c), Date.now()), 201)
    })
}
