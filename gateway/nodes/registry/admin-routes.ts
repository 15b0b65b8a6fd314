import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, invalidRequest, reason } from '../../../schema/api/errors.ts'
import { nodeChanges, nodeList, nodeRegistration, nodeView } from '../../../schema/api/nodes.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import type { GatewayContext } from '../../http/context.ts'
import { readerLanguage } from '../../http/reader-language.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import { checkNodes } from './check-nodes.ts'
import type { NodeRow } from './node-registry.ts'
import { configuredView, type NodeCondition, registeredView } from './node-view.ts'

const bodyLimit = 16_384

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/nodes',
    tags: ['nodes'],
    ...summarized(
      'List nodes with the results of their latest checks and calls',
      '노드 목록과 최근 점검·호출 결과',
    ),
    responses: {
      200: jsonAnswer(
        described('Registered and configured nodes', '등록되었거나 설정에 있는 노드'),
        nodeList,
      ),
    },
  },
)

const register = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/nodes',
    tags: ['nodes'],
    ...summarized('Register a node; its models are read at once', '노드 등록. 모델 목록을 바로 확인합니다'),
    request: { body: jsonBody(nodeRegistration) },
    responses: { 201: jsonAnswer(described('The node', '노드'), nodeView) },
  },
)

const update = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'patch',
    path: '/admin/v1/nodes/{id}',
    tags: ['nodes'],
    ...summarized(
      'Change a node, or drain it with `draining: true`',
      '노드 변경(`draining: true`로 신규 요청 차단)',
    ),
    request: { params: idInPath, body: jsonBody(nodeChanges) },
    responses: { 200: jsonAnswer(described('The node', '노드'), nodeView) },
  },
)

const remove = apiRoute(
  { access: 'operator' },
  {
    method: 'delete',
    path: '/admin/v1/nodes/{id}',
    tags: ['nodes'],
    ...summarized(
      'Remove a node; its in-flight answers finish',
      '노드 등록 해제. 처리 중인 요청은 끝까지 진행됩니다',
    ),
    request: { params: idInPath },
    responses: { 204: described('Deleted', '삭제됨') },
  },
)

export function nodeAdminRoutes() {
  return apiRoutes()
    .openapi(list, async (c) => {
      const { nodes } = c.get('services')
      const rows = await nodes.rows()
      const found = await conditions(c, rows)
      const registered = rows.map((row) => registeredView(row, found(row.id), readerLanguage(c)))
      const configured = nodes
        .configured()
        .map((node) => configuredView(node, found(node.id), readerLanguage(c)))
      return c.json({ object: 'list' as const, data: [...configured, ...registered], has_more: false }, 200)
    })
    .openapi(register, async (c) => {
      const { id, ...settings } = c.req.valid('json')
      if (!(await c.get('services').nodes.register(id, settings, c.get('operator')))) {
        throw new FailureError({ code: 'conflict', ...reason('node_exists', { id }), source: 'gateway' })
      }
      await checkNodes(c)
      return c.json(await readNodeView(c, id), 201)
    })
    .openapi(update, async (c) => {
      const { id } = c.req.valid('param')
      const result = await c.get('services').nodes.update(id, c.req.valid('json'), c.get('operator'))
      if (result === 'unknown_node') throw noSuchNode()
      if (result === 'secret_required') {
        throw new FailureError(invalidRequest([fieldError('secret', 'secret_again')]))
      }
      await checkNodes(c)
      return c.json(await readNodeView(c, id), 200)
    })
    .openapi(remove, async (c) => {
      const { nodes, nodeHealth, nodeTunnels, breakerLog, models } = c.get('services')
      const { id } = c.req.valid('param')
      if (!(await nodes.remove(id, c.get('operator')))) throw noSuchNode()
      await Promise.all([nodeHealth.forget(id), breakerLog.close(id), nodeTunnels.disconnect(id)])
      await models.refresh(await nodes.read())
      return c.body(null, 204)
    })
}

async function readNodeView(c: GatewayContext, id: string) {
  const row = (await c.get('services').nodes.rows()).find((one) => one.id === id)
  if (row === undefined) throw noSuchNode()
  const found = await conditions(c, [row])
  return registeredView(row, found(id), readerLanguage(c))
}

async function conditions(
  c: GatewayContext,
  rows: readonly NodeRow[],
): Promise<(id: string) => NodeCondition> {
  const { nodeHealth, nodeTunnels, breakerLog } = c.get('services')
  const withoutAddress = rows.filter(({ url }) => url === null).map(({ id }) => id)
  const [health, breakers, connected] = await Promise.all([
    nodeHealth.all(),
    breakerLog.all(),
    nodeTunnels.connectedSince(withoutAddress),
  ])
  return (id) => ({
    health: health.get(id),
    breaker: breakers.get(id),
    connectedSince: connected.get(id) ?? null,
  })
}

function noSuchNode(): FailureError {
  return new FailureError({ code: 'not_found', ...reason('no_node_with_id'), source: 'gateway' })
}
