import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { bearerToken } from '../../auth/token.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath } from '../../http/route-parts.ts'
import { withoutMessage } from '../../platform/unexpected.ts'
import { refuseNode } from '../joining/refuse-node.ts'
import { checkNodes } from '../registry/check-nodes.ts'

const connect = apiRoute(
  { access: 'node' },
  {
    method: 'get',
    path: '/nodes/v1/{id}/connection',
    tags: ['nodes'],
    ...summarized(
      'Open the WebSocket through which the gateway calls a node without an address',
      '게이트웨이가 접속할 수 없는 노드가 요청을 받을 WebSocket 열기',
    ),
    request: { params: idInPath },
    responses: { 101: described('The connection', '연결') },
  },
)

/** The route with which a node connects that joined without an address. */
export function connectRoute() {
  return apiRoutes().openapi(connect, async (c) => {
    const { nodeLeases, nodeTunnels } = c.get('services')
    const { id } = c.req.valid('param')
    const credential = bearerToken(c.req.header('authorization'))
    if (!(await nodeLeases.mayConnect(id, credential))) return refuseNode(c, 'node_credential_invalid')
    if (c.req.header('upgrade')?.toLowerCase() !== 'websocket')
      throw new FailureError({ code: 'invalid_request', ...reason('websocket_expected'), source: 'gateway' })
    const { webSocket } = await nodeTunnels.connect(id, c.req.raw)
    // the node answers only after it has the connection
    c.executionCtx.waitUntil(withoutMessage('node check', () => checkNodes(c)).catch(() => undefined))
    return new Response(null, { status: 101, webSocket })
  })
}
