import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { nodeJoin, nodeJoined, nodeLease, nodeRenewal } from '../../../schema/api/node-join.ts'
import { bearerToken } from '../../auth/token.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import type { GatewayContext } from '../../http/context.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { withoutMessage } from '../../platform/unexpected.ts'
import { checkNodes } from '../registry/check-nodes.ts'
import { noticeMs, renewAfterMs } from './node-leases.ts'
import { refuseNode } from './refuse-node.ts'

const bodyLimit = 4_096

const join = apiRoute(
  { access: 'node', bodyLimit },
  {
    method: 'post',
    path: '/nodes/v1/join',
    tags: ['nodes'],
    ...summarized('Register a node by itself, with a join token', '참여 토큰으로 노드 자동 등록'),
    request: { body: jsonBody(nodeJoin) },
    responses: { 201: jsonAnswer(described('Lease and credential', '임대와 자격 증명'), nodeJoined) },
  },
)

const renew = apiRoute(
  { access: 'node', bodyLimit },
  {
    method: 'put',
    path: '/nodes/v1/{id}/lease',
    tags: ['nodes'],
    ...summarized(
      "Renew a node's lease, or end it with `leaving: true`",
      '노드의 임대 갱신(종료할 때는 `leaving: true`)',
    ),
    request: { params: idInPath, body: jsonBody(nodeRenewal) },
    responses: { 200: jsonAnswer(described('The lease', '임대'), nodeLease) },
  },
)

/** Routes for nodes that register themselves. */
export function nodeLeaseRoutes() {
  return apiRoutes()
    .openapi(join, async (c) => {
      const { nodeLeases } = c.get('services')
      const request = c.req.valid('json')
      const result = await nodeLeases.join(bearerToken(c.req.header('authorization')), request)
      if (result === 'token_invalid') return refuseNode(c, 'join_token_invalid')
      if (result === 'node_exists') {
        throw new FailureError({
          code: 'conflict',
          ...reason('node_exists', { id: request.id }),
          source: 'gateway',
        })
      }
      const { credential, leaseEndsAt } = result.joined
      // requests bear the new secret: a connection of whoever had this id before must not get them
      await c.get('services').nodeTunnels.disconnect(request.id)
      // a node that opens a connection itself is checked when it has done so
      if (request.url !== null) await tryCheckNodes(c)
      c.header('cache-control', 'no-store')
      return c.json({ id: request.id, credential, ...toLease(leaseEndsAt) }, 201)
    })
    .openapi(renew, async (c) => {
      const { nodeLeases } = c.get('services')
      const credential = bearerToken(c.req.header('authorization'))
      const renewed = await nodeLeases.renew(c.req.valid('param').id, credential, c.req.valid('json'))
      if (renewed === null) return refuseNode(c, 'node_credential_invalid')
      if (renewed.hasChanged) await tryCheckNodes(c)
      return c.json(toLease(renewed.leaseEndsAt), 200)
    })
}

const toLease = (leaseEndsAt: number) => ({
  expires_at: new Date(leaseEndsAt).toISOString(),
  serve_seconds: noticeMs / 1000,
  renew_after_seconds: renewAfterMs / 1000,
})

/** The node is registered already: an answer that fails now would lose its credential. */
const tryCheckNodes = (c: GatewayContext) =>
  withoutMessage('node check', () => checkNodes(c)).catch(() => undefined)
