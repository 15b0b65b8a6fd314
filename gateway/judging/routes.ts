import { z } from 'zod'
import { FailureError } from '../../schema/api/errors.ts'
import {
  judgmentListSchema,
  judgmentPageQuery,
  judgmentRequestSchema,
  judgmentSchema,
} from '../../schema/api/judgments.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { createJudgment } from './create-judgment.ts'

const judgmentId = z.object({ id: z.string().max(64) })
const json = <S extends z.ZodType>(description: string, schema: S) => ({
  description,
  content: { 'application/json': { schema } },
})

const create = apiRoute(
  { access: { scope: 'judge' }, bodyLimit: 2_000_000 },
  {
    method: 'post',
    path: '/v1/judgments',
    summary: 'Judge an answer',
    request: { body: { required: true, content: { 'application/json': { schema: judgmentRequestSchema } } } },
    responses: {
      200: json('The judgment; a list when `n` is above 1', z.union([judgmentSchema, judgmentListSchema])),
    },
  },
)

const list = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/judgments',
    summary: 'Stored judgments, newest first',
    request: { query: judgmentPageQuery },
    responses: { 200: json('A page of judgments', judgmentListSchema) },
  },
)

const show = apiRoute(
  { access: { scope: 'read' } },
  {
    method: 'get',
    path: '/v1/judgments/{id}',
    summary: 'One stored judgment',
    request: { params: judgmentId },
    responses: { 200: json('The judgment', judgmentSchema) },
  },
)

const remove = apiRoute(
  { access: { scope: 'manage' } },
  {
    method: 'delete',
    path: '/v1/judgments/{id}',
    summary: 'Delete a judgment, from the store and from the cache',
    request: { params: judgmentId },
    responses: { 204: { description: 'It is gone' } },
  },
)

export function judgmentRoutes() {
  return apiRoutes()
    .openapi(create, (c) => createJudgment(c, c.req.valid('json')))
    .openapi(list, async (c) => {
      const { limit, after } = c.req.valid('query')
      const page = await c.get('tenant').listJudgments(limit, after)
      return c.json({ object: 'list' as const, data: page.data, has_more: page.hasMore }, 200)
    })
    .openapi(show, async (c) => {
      const judgment = await c.get('tenant').getJudgment(c.req.valid('param').id)
      if (judgment === null) throw noSuchJudgment()
      return c.json(judgment, 200)
    })
    .openapi(remove, async (c) => {
      const fingerprint = await c.get('tenant').deleteJudgment(c.req.valid('param').id)
      if (fingerprint === null) throw noSuchJudgment()
      await c.get('services').cache.delete(c.get('identity').tenantId, fingerprint)
      return c.body(null, 204)
    })
}

function noSuchJudgment(): FailureError {
  return new FailureError({
    code: 'not_found',
    detail: 'There is no judgment with this id.',
    source: 'gateway',
  })
}
