import { z } from 'zod'
import { withMessage } from '../messages/field-errors.ts'
import { renderedMessage } from '../messages/schemas.ts'
import { isBearerToken } from '../text/bearer-token.ts'
import { described } from './described.ts'
import { CertificateState, NodeHealth } from './node-status.ts'

const time = z.iso.datetime()

/** The address of a node. Credentials in it would be shown wherever the address is, so that none are accepted. */
export const nodeUrl = z
  .url({ protocol: /^https?$/, ...withMessage('format_node_url') })
  .max(500)
  .refine(isPlainUrl, withMessage('plain_node_url'))

function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

export const nodeSettings = {
  url: nodeUrl.meta(described('Base URL, with or without /v1', '기본 URL(/v1은 생략 가능)')),
  secret: z
    .string()
    .min(1)
    .max(500)
    .refine(isBearerToken, withMessage('format_bearer'))
    .nullable()
    .meta(
      described('Sent as bearer token; never shown again', '베어러 토큰으로 전송. 다시 표시하지 않습니다'),
    ),
  adapter: z
    .enum(['auto', 'keval', 'openai'])
    .meta(
      described(
        "Protocol: `keval` adds keval-node's fields, `auto` detects them",
        '프로토콜. `keval`은 keval-node 항목을 추가로 쓰고, `auto`는 지원 여부를 감지합니다',
      ),
    ),
  weight: z
    .number()
    .gt(0)
    .max(100)
    .meta(described('Share of requests relative to other nodes', '다른 노드 대비 요청 비중')),
  region: z
    .string()
    .max(50)
    .nullable()
    .meta(described('Note for operators; no effect', '운영자 메모. 동작에 영향 없음')),
  models: z
    .array(z.string().min(1).max(256))
    .min(1)
    .max(50)
    .nullable()
    .meta(described('Models to use; null for all it serves', '사용할 모델. null이면 노드의 모든 모델')),
  draining: z.boolean().meta(described('Gets no new requests', '신규 요청 차단 여부')),
}

export const nodeId = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, withMessage('format_node_id'))

/** `POST /admin/v1/nodes`. */
export const nodeRegistration = z.strictObject({
  id: nodeId,
  url: nodeSettings.url,
  secret: nodeSettings.secret.default(null),
  adapter: nodeSettings.adapter.default('auto'),
  weight: nodeSettings.weight.default(1),
  region: nodeSettings.region.default(null),
  models: nodeSettings.models.default(null),
  draining: nodeSettings.draining.default(false),
})

/** `PATCH /admin/v1/nodes/{id}`; what is left out stays. */
export const nodeChanges = z.strictObject(nodeSettings).partial()

const reportedText = z.string().nullable()
const reportedNumber = z.int().nullable()

/** A node's last status report; null for fields that other servers do not report. */
export const nodeReport = z
  .object({
    status: NodeHealth.shape.status.nullable(),
    running: reportedNumber.meta(described('Running answers', '처리 중인 요청')),
    waiting: reportedNumber.meta(described('Queued answers', '대기 중인 요청')),
    slots: reportedNumber.meta(described('Maximum concurrent answers', '동시에 처리할 수 있는 요청 수')),
    queue_limit: reportedNumber.meta(described('Queue capacity', '대기열 용량')),
    totals: z
      .object({ answers: z.int(), prompt_tokens: z.int(), generated_tokens: z.int() })
      .nullable()
      .meta(
        described(
          'Finished answers and tokens since the node started',
          '노드가 시작된 뒤 처리한 응답과 토큰',
        ),
      ),
    engine_restarts: reportedNumber.meta(described('Restarts of its engine', '엔진이 다시 시작된 횟수')),
    device: z
      .object({
        name: z.string(),
        compute_capability: reportedText,
        driver_version: reportedText,
        memory_total_bytes: reportedNumber,
        memory_free_bytes: reportedNumber,
      })
      .nullable()
      .meta(described('GPU in use; null on a CPU', '사용 중인 GPU. CPU이면 null')),
    degraded: z
      .array(z.object({ code: z.string(), message: z.string(), remedy: z.string() }))
      .meta(
        described(
          'Why the node is slower than its machine could be, and how to fix it, as reported by the node',
          '노드가 장비의 성능을 다 쓰지 못하는 이유와 해결 방법. 노드가 보낸 문구 그대로입니다',
        ),
      ),
    engines: z
      .array(
        z.object({
          status: z.enum(['starting', 'ready', 'failing', 'stopped']).nullable(),
          device: reportedText.meta(
            described('GPU of this engine; null on a CPU', '이 엔진의 GPU. CPU이면 null'),
          ),
          running: reportedNumber,
          slots: reportedNumber,
          restarts: reportedNumber,
        }),
      )
      .meta(described('Engines of the node, one for each device', '장치마다 하나씩 실행되는 엔진')),
    models: z.array(
      z.object({
        id: z.string(),
        revision: reportedText,
        weights_digest: reportedText,
        precision: reportedText,
        provider: reportedText,
        context_length: z.number().nullable(),
        certificate: CertificateState.nullable(),
        notice: reportedText,
      }),
    ),
    seen_at: time.meta(described('Time of the report', '보고 시각')),
  })
  .meta({ id: 'NodeReport' })
export type NodeReportView = z.output<typeof nodeReport>

/** A node as the operator sees it. */
export const nodeView = z
  .object({
    id: z.string(),
    url: z
      .string()
      .nullable()
      .meta(
        described(
          'Base URL; null for a node that opens a connection to the gateway',
          '기본 URL. 노드가 게이트웨이로 직접 연결하면 null',
        ),
      ),
    connection: z
      .object({
        kind: z
          .enum(['direct', 'outbound'])
          .meta(
            described(
              '`direct`: the gateway calls the address; `outbound`: the node opens a connection',
              '`direct`: 게이트웨이가 주소로 요청합니다. `outbound`: 노드가 게이트웨이로 연결합니다',
            ),
          ),
        since: time
          .nullable()
          .meta(
            described(
              'Since when an outbound connection is open; null while it is not, and for `direct`',
              '`outbound` 연결이 열린 시각. 연결되어 있지 않거나 `direct`이면 null',
            ),
          ),
      })
      .meta(described('How the gateway reaches the node', '게이트웨이가 노드에 연결하는 방식')),
    has_secret: z.boolean(),
    adapter: nodeSettings.adapter,
    weight: nodeSettings.weight,
    region: nodeSettings.region,
    models: nodeSettings.models,
    draining: nodeSettings.draining,
    configured: z
      .boolean()
      .meta(
        described(
          'Set by the configuration; cannot be changed here',
          '설정 파일에서 등록되어 여기서 바꿀 수 없음',
        ),
      ),
    lease: z
      .object({
        expires_at: time,
        leaving: z.boolean().meta(described('The node is shutting down', '노드가 종료 중인지 여부')),
        version: z.string().nullable().meta(described('Version of keval-node', 'keval-node 버전')),
      })
      .nullable()
      .meta(
        described(
          'Lease of a node that joined by itself: without a renewal until then it gets no new requests. Null for other nodes',
          '참여 토큰으로 등록된 노드의 임대. 이때까지 갱신하지 않으면 새 요청을 보내지 않습니다. 그 외 노드는 null',
        ),
      ),
    health: z
      .object({
        state: z.enum(['up', 'down']),
        reason: renderedMessage
          .nullable()
          .meta(described('Why it counts as down; null if up', '응답 불가로 보는 이유. 정상이면 null')),
        models: z.array(z.string()),
        load: z
          .int()
          .meta(
            described(
              'Running and queued answers; 0 if not reported',
              '처리 중이거나 대기 중인 요청. 노드가 알려 주지 않으면 0',
            ),
          ),
        latency_ms: z.int().meta(described('Duration of `GET /v1/models`', '`GET /v1/models` 소요 시간')),
        checked_at: time,
        since: time.meta(described('Since when it is up or down', '정상 또는 응답 불가 상태가 시작된 시각')),
        report: nodeReport
          .nullable()
          .meta(described('Last report, kept while it is down', '마지막 보고. 응답이 없는 동안에도 유지')),
      })
      .nullable()
      .meta(
        described(
          'Result of the last scheduled check; null before the first',
          '마지막 정기 점검 결과. 점검 전이면 null',
        ),
      ),
    breaker: z
      .object({ since: time, until: time })
      .nullable()
      .meta(
        described(
          'The circuit breaker while it is open after failed calls: no call goes to the node until then, and the next one probes it. Null while it is closed',
          '연속 실패로 열린 서킷 브레이커. 이때까지 노드에 요청을 보내지 않고, 그다음 첫 요청으로 복구를 확인합니다. 닫혀 있으면 null',
        ),
      ),
  })
  .meta({ id: 'Node' })
export type NodeView = z.output<typeof nodeView>

export const nodeList = z.object({
  object: z.literal('list'),
  data: z.array(nodeView),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})
