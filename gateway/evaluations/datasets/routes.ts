import { z } from 'zod'
import {
  type Dataset,
  datasetChange,
  datasetList,
  datasetListQuery,
  datasetSchema,
} from '../../../schema/api/datasets.ts'
import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import type { DatasetRecord } from './dataset-store.ts'
import { tenantDatasets } from './tenant-datasets.ts'

const digestInPath = z.object({ digest: z.string().max(64) })

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/datasets',
    ...summarized('List datasets with their versions', '데이터셋과 버전 목록'),
    request: { query: datasetListQuery },
    responses: { 200: jsonAnswer(described('One page of datasets', '데이터셋 한 페이지'), datasetList) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/datasets/{digest}',
    ...summarized('Get a dataset', '데이터셋 조회'),
    request: { params: digestInPath },
    responses: { 200: jsonAnswer(described('The dataset', '데이터셋'), datasetSchema) },
  },
)

const rename = apiRoute(
  { access: { scope: 'evaluate' }, bodyLimit: 16_384 },
  {
    method: 'patch',
    path: '/v1/datasets/{digest}',
    ...summarized(
      'Rename a dataset, alone or with the other versions of its name',
      '데이터셋 이름 변경(하나만 또는 같은 이름의 모든 버전)',
    ),
    request: { params: digestInPath, body: jsonBody(datasetChange) },
    responses: { 200: jsonAnswer(described('The dataset', '데이터셋'), datasetSchema) },
  },
)

/** Datasets: what evaluations ask, by name and version. */
export function datasetRoutes() {
  return apiRoutes()
    .openapi(list, async (c) => {
      const { data, hasMore } = await tenantDatasets(c.get('tenant')).page(c.req.valid('query'))
      return c.json({ object: 'list' as const, data: data.map(datasetView), has_more: hasMore }, 200)
    })
    .openapi(show, async (c) => {
      const found = await tenantDatasets(c.get('tenant')).get(c.req.valid('param').digest)
      return c.json(datasetView(found ?? noSuchDataset()), 200)
    })
    .openapi(rename, async (c) => {
      const { digest } = c.req.valid('param')
      const renamed = await tenantDatasets(c.get('tenant')).rename(digest, c.req.valid('json'))
      return c.json(datasetView(renamed ?? noSuchDataset()), 200)
    })
}

function datasetView(record: DatasetRecord): Dataset {
  const { digest, name, version, nameSource, questions, evaluations, createdAt } = record
  const created = Math.floor(createdAt / 1000)
  return {
    digest,
    object: 'dataset',
    name,
    version,
    name_source: nameSource,
    questions,
    evaluations,
    created,
  }
}

function noSuchDataset(): never {
  throw new FailureError({ code: 'not_found', ...reason('no_dataset'), source: 'gateway' })
}
