import { z } from 'zod'
import { described, summarized } from '../../../schema/api/described.ts'
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
    created: z.int().meta(described('Always 0; nodes do not report it', '항상 0. 노드가 알려 주지 않습니다')),
    owned_by: z.string(),
    keval: z.object({
      ...servedWeights,
      provider: servedWeights.provider.meta(
        described(
          'Device that runs it, such as `cpu` or `cuda`; null if not reported',
          '실행 장치. 예: `cpu`, `cuda`. 노드가 알려 주지 않으면 null',
        ),
      ),
      context_length: z
        .number()
        .nullable()
        .meta(
          described(
            'Maximum tokens of prompt and answer together; null if not reported',
            '프롬프트와 응답을 합친 최대 토큰. 노드가 알려 주지 않으면 null',
          ),
        ),
      notice: z
        .string()
        .nullable()
        .meta(described('Notice for its users; null if none', '사용자 안내. 없으면 null')),
      nodes: z.int().meta(described('Nodes that serve it', '이 모델을 제공하는 노드 수')),
    }),
  })
  .meta({ id: 'Model' })

const listModels = apiRoute(
  { access: { scope: 'judge' } },
  {
    method: 'get',
    path: '/v1/models',
    ...summarized('List available models', '사용할 수 있는 모델 목록'),
    responses: {
      200: jsonAnswer(
        described('Models, one entry per ID', '모델 목록(ID별로 한 항목)'),
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
    ...summarized('Get a model', '모델 조회'),
    request: { params: z.object({ id: z.string().max(256) }) },
    responses: { 200: jsonAnswer(described('The model', '모델'), modelSchema) },
  },
)

/** Ids like `org/model` are sent by clients with their slash as it is. */
const showModelOfOwner = apiRoute(
  { access: { scope: 'judge' } },
  {
    method: 'get',
    path: '/v1/models/{owner}/{name}',
    ...summarized('Get a model', '모델 조회'),
    request: { params: z.object({ owner: z.string().max(256), name: z.string().max(256) }) },
    responses: { 200: jsonAnswer(described('The model', '모델'), modelSchema) },
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
