import { described, summarized } from '../../../schema/api/described.ts'
import { throughputList, throughputQuery } from '../../../schema/api/node-throughput.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { jsonAnswer } from '../../http/route-parts.ts'
import { hourMs } from './node-throughput.ts'

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/node-throughput',
    tags: ['nodes'],
    ...summarized('Throughput of each node by hour', '노드별 시간당 처리량'),
    request: { query: throughputQuery },
    responses: {
      200: jsonAnswer(
        described('Hours with activity, oldest first', '처리 기록이 있는 시간대(오래된 순)'),
        throughputList,
      ),
    },
  },
)

/** Throughput of the nodes over time, for operators. */
export function nodeThroughputRoutes() {
  return apiRoutes().openapi(list, async (c) => {
    const rows = await c.get('services').nodeThroughput.read(c.req.valid('query').hours)
    const data = rows.map(({ nodeId, hour, answers, promptTokens, generatedTokens }) => ({
      node: nodeId,
      hour: new Date(hour * hourMs).toISOString(),
      answers,
      prompt_tokens: promptTokens,
      generated_tokens: generatedTokens,
    }))
    return c.json({ object: 'list' as const, data, has_more: false }, 200)
  })
}
