import { z } from 'zod'
import { says } from '../messages/field-errors.ts'
import { renderedMessage } from '../messages/schemas.ts'
import { described } from './described.ts'
import { CertificateState, NodeHealth } from './node-status.ts'

const time = z.iso.datetime()

/** The address of a node. Credentials in it would be shown wherever the address is, so that none are accepted. */
export const nodeUrl = z
  .url({ protocol: /^https?$/, ...says('format_node_url') })
  .max(500)
  .refine(isPlainUrl, says('plain_node_url'))

function isPlainUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
}

const settings = {
  url: nodeUrl.meta(described('Base URL, with or without /v1', '기본 주소. /v1은 있어도 없어도 됩니다')),
  secret: z
    .string()
    .min(1)
    .max(500)
    .nullable()
    .meta(
      described('Sent as bearer token; never shown again', '베어러 토큰으로 보내며 다시 보여 주지 않습니다'),
    ),
  adapter: z
    .enum(['auto', 'keval', 'openai'])
    .meta(
      described(
        'What it speaks: `keval` has fields of keval-node besides, `auto` looks whether the node reports them',
        '노드가 쓰는 프로토콜. `keval`은 keval-node의 항목도 씁니다. `auto`는 노드가 알려 주는지 보고 정합니다',
      ),
    ),
  weight: z
    .number()
    .gt(0)
    .max(100)
    .meta(
      described('Its share of the requests, beside the weights of the others', '다른 노드와 견준 요청의 몫'),
    ),
  region: z
    .string()
    .max(50)
    .nullable()
    .meta(
      described('A note for people; nothing follows from it', '사람을 위한 메모. 동작에는 영향이 없습니다'),
    ),
  models: z
    .array(z.string().min(1).max(256))
    .min(1)
    .max(50)
    .nullable()
    .meta(
      described(
        'Of the models that it serves, those to use; null for all',
        '노드의 모델 가운데 쓸 것. null이면 모두',
      ),
    ),
  draining: z.boolean().meta(described('Gets nothing new', '새 요청을 받지 않는지')),
}

/** `POST /admin/v1/nodes`. */
export const nodeRegistration = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, says('format_node_id')),
  url: settings.url,
  secret: settings.secret.default(null),
  adapter: settings.adapter.default('auto'),
  weight: settings.weight.default(1),
  region: settings.region.default(null),
  models: settings.models.default(null),
  draining: settings.draining.default(false),
})

/** `PATCH /admin/v1/nodes/{id}`; what is left out stays. */
export const nodeChanges = z.strictObject(settings).partial()

const said = z.string().nullable()
const told = z.int().nullable()

/** A node's last status report; null for fields that other servers do not report. */
export const nodeReport = z
  .object({
    status: NodeHealth.shape.status.nullable(),
    running: told.meta(described('Answers it works on', '진행 중인 답')),
    waiting: told.meta(described('Answers in its queue', '줄에서 기다리는 답')),
    slots: told.meta(described('Answers it can work on at a time', '동시에 처리할 수 있는 답')),
    queue_limit: told.meta(described('Answers that may wait', '기다릴 수 있는 답')),
    engine_restarts: told.meta(described('Since it was started', '시작한 뒤로')),
    models: z.array(
      z.object({
        id: z.string(),
        revision: said,
        weights_digest: said,
        precision: said,
        provider: said,
        context_length: z.number().nullable(),
        certificate: CertificateState.nullable(),
        notice: said,
      }),
    ),
    seen_at: time.meta(described('When it said so', '그렇게 말한 때')),
  })
  .meta({ id: 'NodeReport' })
export type NodeReportView = z.output<typeof nodeReport>

/** A node as the operator sees it. */
export const nodeView = z
  .object({
    id: z.string(),
    url: z.string(),
    has_secret: z.boolean(),
    adapter: settings.adapter,
    weight: settings.weight,
    region: settings.region,
    models: settings.models,
    draining: settings.draining,
    configured: z
      .boolean()
      .meta(
        described(
          'From the configuration: cannot be changed here',
          '설정에서 온 것: 여기서 바꿀 수 없습니다',
        ),
      ),
    health: z
      .object({
        state: z.enum(['up', 'down']),
        reason: renderedMessage
          .nullable()
          .meta(
            described('Why it counts as down; null when it is up', '응답이 없다고 보는 이유. 정상이면 null'),
          ),
        models: z.array(z.string()),
        load: z
          .int()
          .meta(
            described(
              'Answers running and waiting; 0 where the node does not tell',
              '진행 중이거나 기다리는 답의 수. 노드가 알려 주지 않으면 0',
            ),
          ),
        latency_ms: z.int().meta(described('Of `GET /v1/models`', '`GET /v1/models`에 걸린 시간')),
        checked_at: time,
        since: time.meta(described('Up, or down, from then on', '이때부터 정상 또는 응답 없음')),
        report: nodeReport
          .nullable()
          .meta(
            described(
              'The last it said, also while it is down',
              '마지막으로 한 말. 응답이 없는 동안에도 남습니다',
            ),
          ),
      })
      .nullable()
      .meta(
        described(
          'What the clock found when it last asked; null before the first time',
          '정해진 시간마다 물어 마지막으로 알게 된 것. 한 번도 묻지 않았으면 null',
        ),
      ),
    breaker: z
      .object({ since: time, until: time })
      .nullable()
      .meta(
        described(
          'The circuit breaker while it is open after failed calls: no call goes to the node until then, and the next one probes it. Null while it is closed',
          '요청이 연이어 실패한 뒤: 이때까지 노드를 쉬게 하고, 그다음 첫 요청으로 확인합니다. 평소처럼 요청이 가고 있으면 null',
        ),
      ),
  })
  .meta({ id: 'Node' })
export type NodeView = z.output<typeof nodeView>

export const nodeList = z.object({
  object: z.literal('list'),
  data: z.array(nodeView),
  has_more: z.boolean().meta(described('Whether more follow the last entry', '마지막 항목 뒤에 더 있는지')),
})
