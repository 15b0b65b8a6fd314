import { z } from 'zod'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { servedWeights } from '../../../schema/api/served-weights.ts'
import { message, renderMessage } from '../../../schema/messages/message.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import type { GatewayContext } from '../../http/context.ts'
import { readerLanguage } from '../../http/reader-language.ts'
import { jsonAnswer } from '../../http/route-parts.ts'

const modelSchema = z
  .object({
    id: z.string(),
    object: z.literal('model'),
    created: z.int().meta({ description: 'Always 0: nodes do not tell' }),
    owned_by: z.string(),
    keval: z.object({
      ...servedWeights,
      provider: servedWeights.provider.meta({
        description: 'What computes it, such as `cpu` or `cuda`; null where the node does not tell',
      }),
      context_length: z.number().nullable().meta({
        description: 'Most tokens of prompt and answer together; null where the node does not tell',
      }),
      notice: z
        .string()
        .nullable()
        .meta({ description: 'What its users must know; null where there is nothing' }),
      nodes: z.int().meta({ description: 'How many serve it' }),
    }),
  })
  .meta({ id: 'Model' })

const listModels = apiRoute(
  { access: { scope: 'judge' } },
  {
    method: 'get',
    path: '/v1/models',
    summary: 'The models that can be asked for',
    responses: {
      200: jsonAnswer(
        'Models, one entry for each id',
        z.object({ object: z.literal('list'), data: z.array(modelSchema) }),
      ),
    },
  },
)

const showModel = apiRoute(
  { access: { scope: 'judge' } },
  {
    method: 'get',
    path: '/v1/models/{id}',
    summary: 'One model',
    request: { params: z.object({ id: z.string().max(256) }) },
    responses: { 200: jsonAnswer('The model', modelSchema) },
  },
)

/** Ids like `org/model` are sent by clients with their slash as it is. */
const showModelOfOwner = apiRoute(
  { access: { scope: 'judge' } },
  {
    method: 'get',
    path: '/v1/models/{owner}/{name}',
    summary: 'One model',
    request: { params: z.object({ owner: z.string().max(256), name: z.string().max(256) }) },
    responses: { 200: jsonAnswer('The model', modelSchema) },
  },
)

export function modelRoutes() {
  return apiRoutes()
    .openapi(listModels, async (c) => c.json({ object: 'list' as const, data: await allowedModels(c) }, 200))
    .openapi(showModel, async (c) => c.json(await findModel(c, c.req.valid('param').id), 200))
    .openapi(showModelOfOwner, async (c) => {
      const { owner, name } = c.req.valid('param')
      return c.json(await findModel(c, `${owner}/${name}`), 200)
    })
}

async function findModel(c: GatewayContext, id: string) {
  const model = (await allowedModels(c)).find((one) => one.id === id)
  if (model !== undefined) return model
  throw new FailureError({ code: 'model_not_found', ...reason('no_model'), source: 'gateway' })
}

/** The models that the caller may use, one entry for each id. */
async function allowedModels(c: GatewayContext): Promise<z.output<typeof modelSchema>[]> {
  const allowed = c.get('identity').limits.models
  const served = await c.get('services').models.list()
  const ids = [...new Set(served.map((model) => model.id))].filter(
    (id) => allowed === null || allowed.includes(id),
  )
  return ids.map((id) => {
    const same = served.filter((model) => model.id === id)
    const first = same[0]!
    return {
      id,
      object: 'model',
      created: 0,
      owned_by: 'keval-edge',
      keval: {
        weights_digest: first.weightsDigest,
        precision: first.precision,
        provider: first.provider,
        context_length: first.contextLength,
        notice: first.isDemo ? renderMessage(message('demo_model'), readerLanguage(c)) : first.notice,
        nodes: same.length,
      },
    }
  })
}
