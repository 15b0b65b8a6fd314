import { z } from 'zod'
import { described } from './described.ts'
import { time } from './grant-fields.ts'

export const webhookEvents = [
  'evaluation.completed',
  'evaluation.failed',
  'evaluation.cancelled',
  'audit.completed',
] as const
export type WebhookEvent = (typeof webhookEvents)[number]

/** The event of a message that is sent on request, once. */
export const webhookTestEvent = 'webhook.test'

export const maxWebhooks = 10

const events = z
  .array(z.enum(webhookEvents))
  .min(1)
  .max(webhookEvents.length)
  .meta(
    described(
      '`evaluation.failed`: it ended, and no judgment could be made',
      '`evaluation.failed`: 끝났지만 판정을 하나도 하지 못함',
    ),
  )

export const newWebhook = z.strictObject({
  url: z
    .string()
    .max(2000)
    .meta(
      described(
        'A public https address; redirects are not followed',
        '공개된 https 주소. 리디렉션은 따라가지 않습니다',
      ),
    ),
  events: events.default([...webhookEvents]),
})

export const webhookDisabledReasons = ['failing', 'gone', 'by_user', 'moved'] as const

export const webhookSchema = z
  .object({
    id: z.string(),
    object: z.literal('webhook'),
    url: z.string(),
    events,
    created_at: time,
    disabled: z
      .enum(webhookDisabledReasons)
      .nullable()
      .meta(
        described(
          'Why nothing is sent: a delivery failed for about a day (`failing`), the receiver answered 410 (`gone`), it was turned off (`by_user`), or its tenant came from another gateway and it has a secret that nobody knows yet (`moved`); null while it is on',
          '보내지 않는 이유: 하루 가까이 전송 실패(`failing`), 수신 측의 410 응답(`gone`), 직접 끔(`by_user`), 다른 게이트웨이에서 옮겨 와 새 시크릿이 아직 전달되지 않음(`moved`). 켜져 있으면 null',
        ),
      ),
    secret_overlaps_until: time
      .nullable()
      .meta(
        described(
          'Until then messages carry a signature by the replaced secret too',
          '이 시각까지 이전 시크릿의 서명도 함께 보냄',
        ),
      ),
  })
  .meta({ id: 'Webhook' })
export type Webhook = z.output<typeof webhookSchema>

export const createdWebhook = webhookSchema.extend({
  secret: z
    .string()
    .meta(described('Signs the messages. Shown once', '메시지 서명에 쓰는 시크릿. 한 번만 표시')),
})
export type CreatedWebhook = z.output<typeof createdWebhook>

export const webhookList = z.object({ object: z.literal('list'), data: z.array(webhookSchema) })

export const webhookChange = z.strictObject({
  events: events.optional(),
  enabled: z.boolean().optional().meta(described('Turns it on or off', '켜거나 끔')),
})

export const deliveryFailures = [
  'status',
  'redirect',
  'timeout',
  'connection',
  'address',
  'disabled',
  'secret',
] as const
export type DeliveryFailure = (typeof deliveryFailures)[number]

export const webhookDelivery = z
  .object({
    id: z.string().meta(described('`webhook-id` of the message', '메시지의 `webhook-id`')),
    object: z.literal('webhook.delivery'),
    event: z.string(),
    subject: z.string().meta(described('ID of the evaluation or audit', '평가 또는 심판 점검의 ID')),
    status: z.enum(['pending', 'delivered', 'failed']),
    attempts: z.int(),
    http_status: z
      .int()
      .nullable()
      .meta(described('Of the last answer; null without one', '마지막 응답의 상태. 응답이 없으면 null')),
    failure: z
      .enum(deliveryFailures)
      .nullable()
      .meta(described('Why the last attempt failed', '마지막 시도가 실패한 이유')),
    created_at: time,
    next_attempt_at: time.nullable(),
    finished_at: time.nullable(),
  })
  .meta({ id: 'WebhookDelivery' })
export type WebhookDelivery = z.output<typeof webhookDelivery>

export const webhookDeliveryList = z.object({
  object: z.literal('list'),
  data: z.array(webhookDelivery).meta(described('Newest first, at most 50', '최신순, 최대 50개')),
})
