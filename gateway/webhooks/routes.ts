import { described, summarized } from '../../schema/api/described.ts'
import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import {
  createdWebhook,
  maxWebhooks,
  newWebhook,
  type Webhook,
  webhookChange,
  webhookDelivery,
  webhookDeliveryList,
  webhookList,
  webhookSchema,
} from '../../schema/api/webhooks.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { idInPath, jsonAnswer, jsonBody, noStore } from '../http/route-parts.ts'
import { rpc } from '../platform/object-rpc.ts'
import { checkAddress, parseAddressRule } from './check-address.ts'
import { type Deliveries, testPauseMs } from './deliveries.ts'
import type { WebhookRow } from './webhook-store.ts'

const access = { scope: 'manage' } as const
const bodyLimit = 16_384

const create = apiRoute(
  { access, bodyLimit },
  {
    method: 'post',
    path: '/v1/webhooks',
    ...summarized(
      'Add a webhook: where the end of evaluations and audits is reported',
      '평가와 심판 점검의 종료를 알릴 웹훅 추가',
    ),
    request: { body: jsonBody(newWebhook) },
    responses: {
      201: jsonAnswer(described('The webhook with its secret', '웹훅과 시크릿'), createdWebhook),
    },
  },
)

const list = apiRoute(
  { access },
  {
    method: 'get',
    path: '/v1/webhooks',
    ...summarized('List webhooks', '웹훅 목록'),
    responses: { 200: jsonAnswer(described('The webhooks', '웹훅 목록'), webhookList) },
  },
)

const change = apiRoute(
  { access, bodyLimit },
  {
    method: 'patch',
    path: '/v1/webhooks/{id}',
    ...summarized('Turn a webhook on or off, or choose its events', '웹훅 켜기·끄기, 이벤트 선택'),
    request: { params: idInPath, body: jsonBody(webhookChange) },
    responses: { 200: jsonAnswer(described('The webhook', '웹훅'), webhookSchema) },
  },
)

const rotate = apiRoute(
  { access },
  {
    method: 'post',
    path: '/v1/webhooks/{id}/rotate',
    ...summarized(
      'Replace the secret of a webhook; the one before signs too for 24 hours',
      '웹훅 시크릿 교체. 24시간 동안 이전 시크릿의 서명도 함께 보냅니다',
    ),
    request: { params: idInPath },
    responses: {
      200: jsonAnswer(described('The webhook with its secret', '웹훅과 시크릿'), createdWebhook),
    },
  },
)

const remove = apiRoute(
  { access },
  {
    method: 'delete',
    path: '/v1/webhooks/{id}',
    ...summarized('Delete a webhook and its log', '웹훅과 전송 기록 삭제'),
    request: { params: idInPath },
    responses: { 204: described('Deleted', '삭제됨') },
  },
)

const deliveries = apiRoute(
  { access },
  {
    method: 'get',
    path: '/v1/webhooks/{id}/deliveries',
    ...summarized(
      'List the last messages to a webhook, without their bodies',
      '웹훅에 보낸 최근 메시지 목록(본문 제외)',
    ),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The messages', '메시지 목록'), webhookDeliveryList) },
  },
)

const test = apiRoute(
  { access },
  {
    method: 'post',
    path: '/v1/webhooks/{id}/test',
    ...summarized('Send a test message now, once', '시험 메시지를 지금 한 번 보내기'),
    ...described(
      'An event `webhook.test` without data of the tenant. It is not repeated, turns nothing off, and reaches a webhook that is off too.',
      '테넌트의 데이터가 없는 `webhook.test` 이벤트입니다. 다시 보내지 않고 실패해도 웹훅을 끄지 않으며, 꺼진 웹훅에도 보냅니다.',
    ),
    request: { params: idInPath },
    responses: { 200: jsonAnswer(described('The delivery', '전송 결과'), webhookDelivery) },
  },
)

/** Webhooks of a tenant: addresses notified when an evaluation or audit has ended. */
export function webhookRoutes() {
  return apiRoutes()
    .openapi(create, async (c) => {
      const { url, events } = c.req.valid('json')
      const wrong = checkAddress(url, parseAddressRule(c.env.WEBHOOK_ADDRESSES))
      if (wrong !== null) throw new FailureError(invalidRequest([wrong]))
      const { tenantId } = c.get('identity')
      const given = { tenantId, url, events: [...new Set(events)] }
      const made = await c.get('services').webhooks.create(given, maxWebhooks)
      if (made === null) {
        const why = reason('too_many_webhooks', { maximum: maxWebhooks })
        throw new FailureError({ code: 'conflict', ...why, source: 'gateway' })
      }
      return c.json({ ...toView(made.webhook), secret: made.secret }, 201, noStore)
    })
    .openapi(list, async (c) => {
      const webhooks = await c.get('services').webhooks.list(c.get('identity').tenantId)
      return c.json({ object: 'list' as const, data: webhooks.map(toView) }, 200)
    })
    .openapi(change, async (c) => {
      const { tenantId } = c.get('identity')
      const { id } = c.req.valid('param')
      const { events, enabled } = c.req.valid('json')
      const { webhooks } = c.get('services')
      if (enabled === true && (await webhooks.get(tenantId, id))?.disabled === 'moved') {
        throw new FailureError({ code: 'conflict', ...reason('webhook_secret_unknown'), source: 'gateway' })
      }
      const webhook = await webhooks.change(tenantId, id, {
        ...(events !== undefined && { events: [...new Set(events)] }),
        ...(enabled !== undefined && { disabled: enabled ? null : ('by_user' as const) }),
      })
      return c.json(toView(webhook ?? noSuchWebhook()), 200)
    })
    .openapi(rotate, async (c) => {
      const { tenantId } = c.get('identity')
      const made =
        (await c.get('services').webhooks.rotate(tenantId, c.req.valid('param').id)) ?? noSuchWebhook()
      return c.json({ ...toView(made.webhook), secret: made.secret }, 200, noStore)
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param')
      if (!(await c.get('services').webhooks.remove(c.get('identity').tenantId, id))) noSuchWebhook()
      await rpc<Deliveries>(c.get('tenant'), 'deliveries').remove(id)
      return c.body(null, 204)
    })
    .openapi(test, async (c) => {
      const { id } = c.req.valid('param')
      const { tenantId } = c.get('identity')
      if ((await c.get('services').webhooks.get(tenantId, id)) === null) noSuchWebhook()
      const sent = await rpc<Deliveries>(c.get('tenant'), 'deliveries').test(tenantId, id)
      if (sent === null) {
        const why = reason('webhook_test_repeated', { seconds: testPauseMs / 1000 })
        throw new FailureError({ code: 'conflict', ...why, source: 'gateway' })
      }
      return c.json(sent, 200)
    })
    .openapi(deliveries, async (c) => {
      const { id } = c.req.valid('param')
      if ((await c.get('services').webhooks.get(c.get('identity').tenantId, id)) === null) noSuchWebhook()
      const data = await rpc<Deliveries>(c.get('tenant'), 'deliveries').list(id)
      return c.json({ object: 'list' as const, data }, 200)
    })
}

const toView = ({ id, url, events, createdAt, disabled, overlapsUntil }: WebhookRow): Webhook => ({
  id,
  object: 'webhook',
  url,
  events,
  created_at: new Date(createdAt).toISOString(),
  disabled,
  secret_overlaps_until: overlapsUntil === null ? null : new Date(overlapsUntil).toISOString(),
})

function noSuchWebhook(): never {
  throw new FailureError({ code: 'not_found', ...reason('no_webhook'), source: 'gateway' })
}
