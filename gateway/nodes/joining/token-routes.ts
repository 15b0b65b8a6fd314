import { described, summarized } from '../../../schema/api/described.ts'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import {
  type JoinTokenView,
  joinTokenCreated,
  joinTokenList,
  joinTokenRequest,
} from '../../../schema/api/node-join.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody } from '../../http/route-parts.ts'
import type { JoinTokenRow } from './join-tokens.ts'

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/node-join-tokens',
    tags: ['nodes'],
    ...summarized('List join tokens', '참여 토큰 목록'),
    responses: {
      200: jsonAnswer(described('Join tokens, newest first', '참여 토큰, 최신순'), joinTokenList),
    },
  },
)

const create = apiRoute(
  { access: 'operator', bodyLimit: 4_096 },
  {
    method: 'post',
    path: '/admin/v1/node-join-tokens',
    tags: ['nodes'],
    ...summarized(
      'Create a token with which nodes register themselves',
      '노드가 자동으로 등록하는 데 쓰는 토큰 생성',
    ),
    request: { body: jsonBody(joinTokenRequest) },
    responses: { 201: jsonAnswer(described('The token', '토큰'), joinTokenCreated) },
  },
)

const revoke = apiRoute(
  { access: 'operator' },
  {
    method: 'delete',
    path: '/admin/v1/node-join-tokens/{id}',
    tags: ['nodes'],
    ...summarized(
      'Revoke a join token; nodes that joined stay',
      '참여 토큰 폐기. 이미 등록된 노드는 유지됩니다',
    ),
    request: { params: idInPath },
    responses: { 204: described('Revoked', '폐기됨') },
  },
)

/** Join tokens, for operators. */
export function joinTokenRoutes() {
  return apiRoutes()
    .openapi(list, async (c) => {
      const rows = await c.get('services').joinTokens.list()
      return c.json({ object: 'list' as const, data: rows.map(toView), has_more: false }, 200)
    })
    .openapi(create, async (c) => {
      const row = await c.get('services').joinTokens.create(c.req.valid('json'), c.get('operator'))
      return c.json({ ...toView(row), token: row.token }, 201)
    })
    .openapi(revoke, async (c) => {
      if (await c.get('services').joinTokens.revoke(c.req.valid('param').id, c.get('operator')))
        return c.body(null, 204)
      throw new FailureError({ code: 'not_found', ...reason('no_join_token'), source: 'gateway' })
    })
}

function toView({ id, note, maxUses, uses, createdAt, expiresAt }: JoinTokenRow): JoinTokenView {
  return { id, note, max_uses: maxUses, uses, created_at: iso(createdAt), expires_at: iso(expiresAt) }
}

const iso = (moment: number) => new Date(moment).toISOString()
