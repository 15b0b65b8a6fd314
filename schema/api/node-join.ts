import { z } from 'zod'
import { withMessage } from '../messages/field-errors.ts'
import { isBearerToken } from '../text/bearer-token.ts'
import { described } from './described.ts'
import { listSchema } from './lists.ts'
import { nodeId, nodeSettings } from './nodes.ts'

const time = z.iso.datetime()

/** `POST /admin/v1/node-join-tokens`. */
export const joinTokenRequest = z.strictObject({
  note: z.string().max(200).nullable().default(null).meta(described('Note for operators', '운영자 메모')),
  max_uses: z
    .int()
    .min(1)
    .max(100)
    .default(1)
    .meta(described('Maximum nodes that can join with it', '이 토큰으로 참여할 수 있는 노드 수')),
  expires_in_seconds: z
    .int()
    .min(60)
    .max(604_800)
    .default(3_600)
    .meta(described('Seconds until it expires', '만료까지 남은 초')),
})
export type JoinTokenRequest = z.output<typeof joinTokenRequest>

export const joinTokenView = z
  .object({
    id: z.string(),
    note: z.string().nullable(),
    max_uses: z.int(),
    uses: z.int().meta(described('Nodes that joined with it', '이 토큰으로 참여한 노드 수')),
    created_at: time,
    expires_at: time,
  })
  .meta({ id: 'NodeJoinToken' })
export type JoinTokenView = z.output<typeof joinTokenView>

export const joinTokenCreated = joinTokenView.extend({
  token: z.string().meta(described('Shown once; only its hash is kept', '한 번만 표시. 해시만 보관합니다')),
})
export type JoinTokenCreated = z.output<typeof joinTokenCreated>

export const joinTokenList = listSchema(joinTokenView)

/** The facts a node reports when it joins or renews its lease. */
const nodeState = {
  url: nodeSettings.url
    .nullable()
    .meta(
      described(
        'Base URL, with or without /v1; null for a node that opens a connection to the gateway',
        '기본 URL(/v1은 생략 가능). 노드가 게이트웨이로 직접 연결하면 null',
      ),
    ),
  secret: z
    .string()
    .min(24)
    .max(500)
    .refine(isBearerToken, withMessage('format_bearer'))
    .meta(described('Bearer token of calls to the node', '노드를 호출할 때 쓰는 베어러 토큰')),
  version: z
    .string()
    .max(50)
    .nullable()
    .default(null)
    .meta(described('Version of keval-node', 'keval-node 버전')),
}

/** `POST /nodes/v1/join`. */
export const nodeJoin = z.strictObject({
  ...nodeState,
  id: nodeId,
  region: nodeSettings.region.default(null),
  weight: nodeSettings.weight.default(1),
})
export type NodeJoin = z.output<typeof nodeJoin>

/** `PUT /nodes/v1/{id}/lease`. */
export const nodeRenewal = z.strictObject({
  ...nodeState,
  leaving: z
    .boolean()
    .meta(
      described(
        'The node is shutting down: it gets no new requests',
        '노드가 종료 중이어서 새 요청을 받지 않는지 여부',
      ),
    ),
})
export type NodeRenewal = z.output<typeof nodeRenewal>

export const nodeLease = z
  .object({
    expires_at: time.meta(described('End of the lease', '임대 만료 시각')),
    serve_seconds: z
      .int()
      .meta(
        described(
          'Time during which requests may still arrive after `leaving`',
          '`leaving` 뒤에도 요청이 올 수 있는 시간(초)',
        ),
      ),
    renew_after_seconds: z.int().meta(described('When to renew', '갱신까지 기다릴 초')),
  })
  .meta({ id: 'NodeLease' })
export type NodeLease = z.output<typeof nodeLease>

export const nodeJoined = nodeLease.extend({
  id: z.string(),
  credential: z
    .string()
    .meta(
      described('Renews the lease; only its hash is kept', '임대를 갱신하는 자격 증명. 해시만 보관합니다'),
    ),
})
