import { type WebhookDelivery, webhookTestEvent } from '../../schema/api/webhooks.ts'
import { newId } from '../auth/token.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import { platformRandom } from '../platform/base62.ts'
import type { DeliveryRow, DeliveryStore } from './delivery-store.ts'
import { type SendParts, type SendResult, sendMessage } from './send-message.ts'
import type { WebhookRow, WebhookStore } from './webhook-store.ts'

interface DeliveriesParts {
  storage: DurableObjectStorage
  store: DeliveryStore
  webhooks: WebhookStore
  send: SendParts
  now: () => number
  /** A number from 0 to 1. */
  random: () => number
}

const minute = 60_000
const hour = 60 * minute
/** The wait after each failed attempt: ten attempts in about a day. */
const pausesMs = [5_000, minute, 5 * minute, 20 * minute, hour, 2 * hour, 4 * hour, 7 * hour, 10 * hour]
/** Messages that are sent at a time. */
const maxAtOnce = 16
/** Between two tests of a webhook. */
export const testPauseMs = 5_000
/** An attempt whose outcome is not known by then was lost with its process. */
const leaseMs = minute

/** Sends a tenant's messages to its webhooks until they arrive, inside its object. The alarm drives it. */
export class Deliveries {
  readonly #parts: DeliveriesParts

  constructor(parts: DeliveriesParts) {
    this.#parts = parts
  }

  /** Queues a message to each webhook that wants the event. */
  queue(
    webhooks: readonly WebhookRow[],
    message: Pick<DeliveryRow, 'id' | 'event' | 'subject' | 'body'>,
  ): void {
    for (const { id, events, disabled } of webhooks) {
      if (disabled !== null || !(events as string[]).includes(message.event)) continue
      this.#parts.store.add({ webhookId: id, ...message }, this.#parts.now())
    }
  }

  /** Sends what is due. Every message is sent at least once; one that arrived is not sent again. */
  async sendDue(tenantId: string): Promise<void> {
    const { store, storage, webhooks, now } = this.#parts
    const due = store.due(now(), maxAtOnce)
    if (due.length > 0) {
      const known = new Map((await webhooks.list(tenantId)).map((webhook) => [webhook.id, webhook]))
      for (const message of due) store.update(message, { dueAt: now() + leaseMs })
      await Promise.all(due.map((message) => this.#attempt(tenantId, message, known.get(message.webhookId))))
    }
    const next = store.nextDue()
    if (next !== null) await ensureAlarmBefore(storage, Math.max(next, now() + 100))
  }

  /** Sends one test message now, also to a webhook that is off; null where another has just been sent. */
  async test(tenantId: string, webhookId: string): Promise<WebhookDelivery | null> {
    const { store, webhooks, now } = this.#parts
    const webhook = await webhooks.get(tenantId, webhookId)
    const earlier = store.list(webhookId).find(({ event }) => event === webhookTestEvent)
    if (earlier !== undefined && now() - earlier.createdAt < testPauseMs) return null
    const id = newId('msg', platformRandom)
    const at = new Date(now()).toISOString()
    const data = { id: webhookId, object: 'webhook' }
    const body = JSON.stringify({ type: webhookTestEvent, timestamp: at, data })
    store.add({ webhookId, id, event: webhookTestEvent, subject: webhookId, body }, now())
    const message = store.get(webhookId, id)!
    store.update(message, { dueAt: now() + leaseMs })
    await this.#attempt(tenantId, message, webhook ?? undefined)
    const sent = store.get(webhookId, id)
    return sent === null ? null : toView(sent)
  }

  list(webhookId: string): WebhookDelivery[] {
    return this.#parts.store.list(webhookId).map(toView)
  }

  remove(webhookId: string): void {
    this.#parts.store.remove(webhookId)
  }

  async #attempt(tenantId: string, message: DeliveryRow, webhook: WebhookRow | undefined): Promise<void> {
    const { store, webhooks, send, now } = this.#parts
    if (webhook === undefined) return store.remove(message.webhookId)
    const attempts = message.attempts + 1
    const isTest = message.event === webhookTestEvent
    if (webhook.disabled !== null && !isTest)
      return this.#finish(message, { status: 'failed', failure: 'disabled' })
    const secrets = await webhooks.openSecrets(webhook).catch(() => null)
    const timestamp = Math.floor(now() / 1000)
    const sent: SendResult =
      secrets === null
        ? { httpStatus: null, failure: 'secret', retryAfterMs: 0 }
        : await sendMessage(send, webhook.url, { id: message.id, timestamp, body: message.body }, secrets)
    const { httpStatus, failure } = sent
    if (sent.failure === null) {
      return this.#finish(message, { status: 'delivered', attempts, httpStatus, failure })
    }
    const pause = isTest || httpStatus === 410 ? undefined : pausesMs[message.attempts]
    if (pause === undefined) {
      this.#finish(message, { status: 'failed', attempts, httpStatus, failure })
      if (isTest) return
      if (httpStatus === 410) await webhooks.change(tenantId, webhook.id, { disabled: 'gone' })
      else if (!store.hasDeliveredSince(webhook.id, message.createdAt))
        await webhooks.change(tenantId, webhook.id, { disabled: 'failing' })
      return
    }
    const dueAt = now() + Math.max(sent.retryAfterMs, pause * (0.8 + 0.4 * this.#parts.random()))
    store.update(message, { attempts, httpStatus, failure, dueAt: Math.ceil(dueAt) })
  }

  #finish(message: DeliveryRow, change: Partial<DeliveryRow>): void {
    const { store, now } = this.#parts
    store.update(message, { ...change, body: '', dueAt: null, finishedAt: now() })
    store.prune(message.webhookId)
  }
}

const toView = (row: DeliveryRow): WebhookDelivery => ({
  id: row.id,
  object: 'webhook.delivery',
  event: row.event,
  subject: row.subject,
  status: row.status,
  attempts: row.attempts,
  http_status: row.httpStatus,
  failure: row.failure,
  created_at: new Date(row.createdAt).toISOString(),
  next_attempt_at: row.dueAt === null ? null : new Date(row.dueAt).toISOString(),
  finished_at: row.finishedAt === null ? null : new Date(row.finishedAt).toISOString(),
})
