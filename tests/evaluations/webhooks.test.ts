import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { CreatedWebhook, Webhook, WebhookDelivery } from '../../schema/api/webhooks.ts'
import { publicNetwork } from '../../scripts/local/gateway.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'
import { makeRows, writeWhatTheAnswerSays } from './rows.ts'
import { type Received, signatureBy, type WebhookReceiver, webhookReceiver } from './webhook-receiver.ts'

let node: JudgingNode
let gateway: EvaluatingGateway
let receiver: WebhookReceiver

beforeAll(async () => {
  node = await judgingNode('judge')
  receiver = await webhookReceiver()
  gateway = await startEvaluating({
    NODES: node.url,
    WEBHOOK_ADDRESSES: 'any',
    PUBLIC_URL: 'https://keval.example.org',
  })
})
beforeEach(async () => {
  writeWhatTheAnswerSays(node)
  for (const { id } of await list()) await gateway.fetch(`/v1/webhooks/${id}`, { method: 'DELETE' })
  receiver.received = []
  receiver.answer = () => ({ status: 204 })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
  await receiver.close()
})

const list = async () => (await gateway.get<{ data: Webhook[] }>('/v1/webhooks')).data
async function add(path: string, events?: string[]): Promise<CreatedWebhook> {
  const response = await gateway.call('/v1/webhooks', { url: receiver.url + path, ...(events && { events }) })
  expect(response.status).toBe(201)
  return (await response.json()) as CreatedWebhook
}
const log = async ({ id }: Webhook) =>
  (await gateway.get<{ data: WebhookDelivery[] }>(`/v1/webhooks/${id}/deliveries`)).data
const patch = (id: string, change: unknown) => gateway.call(`/v1/webhooks/${id}`, change, { method: 'PATCH' })

/** Waits for messages on a path, as many as are named, or more. */
const arrived = (path: string, count = 1, timeout = 20_000): Promise<Received[]> =>
  vi.waitFor(
    () => {
      const here = receiver.received.filter((one) => one.path === path)
      expect(here.length).toBeGreaterThanOrEqual(count)
      return here
    },
    { timeout, interval: 50 },
  )
const eventually = <T>(check: () => Promise<T>, timeout = 20_000) =>
  vi.waitFor(check, { timeout, interval: 100 })

async function evaluate(rows = makeRows([7, 8])): Promise<string> {
  const id = await gateway.begin('model=judge&name=hooked&dataset=hooks', rows)
  await gateway.ended(id)
  return id
}

describe('webhooks', () => {
  it('tell that an evaluation ended, signed as Standard Webhooks say, with nothing that was judged', async () => {
    const webhook = await add('/ended')
    expect(webhook.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(JSON.stringify(await list())).not.toContain('whsec_')
    const id = await evaluate()
    const [received] = await arrived('/ended')
    const { headers, message, body } = received!
    expect(headers['content-type']).toBe('application/json')
    expect(headers['webhook-signature']).toBe(signatureBy(webhook.secret, received!))
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(60)
    expect(message).toMatchObject({
      type: 'evaluation.completed',
      data: {
        id,
        object: 'evaluation',
        url: `https://keval.example.org/evaluations/${id}`,
        name: 'hooked',
        status: 'completed',
        dataset: { name: 'hooks', version: 1 },
        counts: { judgments: 2, rated: 2, failed: 0, pending: 0 },
      },
    })
    for (const text of ['질문', '답변', '설명']) expect(body).not.toContain(text)
    const [delivery] = await eventually(async () => {
      const all = await log(webhook)
      expect(all[0]?.status).toBe('delivered')
      return all
    })
    expect(delivery).toEqual({
      id: headers['webhook-id'],
      object: 'webhook.delivery',
      event: 'evaluation.completed',
      subject: id,
      status: 'delivered',
      attempts: 1,
      http_status: 204,
      failure: null,
      created_at: expect.any(String),
      next_attempt_at: null,
      finished_at: expect.any(String),
    })
  })

  it('tell failed and cancelled evaluations and completed audits apart, to those who asked', async () => {
    await add('/all')
    await add('/failures', ['evaluation.failed'])
    node.delayMs = 10_000
    const cancelled = await gateway.begin('model=judge', makeRows([1]))
    await gateway.fetch(`/v1/evaluations/${cancelled}/cancel`, { method: 'POST' })
    await arrived('/all', 1)
    node.delayMs = 0
    const audit = await gateway.fetch('/v1/audits?model=judge&sample_size=2&probes=repeat&repeats=2', {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: makeRows([5, 6])
        .map((row) => JSON.stringify(row))
        .join('\n'),
    })
    expect(audit.status, await audit.clone().text()).toBe(201)
    const { id: auditId } = (await audit.json()) as { id: string }
    await arrived('/all', 2)
    node.write = () => 'too long'
    const failed = await evaluate()
    const [failure] = await arrived('/failures', 1, 40_000)
    expect(failure!.message).toMatchObject({ type: 'evaluation.failed', data: { id: failed } })
    const all = await arrived('/all', 3)
    expect(all.map(({ message }) => [message.type, message.data.id])).toEqual([
      ['evaluation.cancelled', cancelled],
      ['audit.completed', auditId],
      ['evaluation.failed', failed],
    ])
    expect(receiver.received.filter(({ path }) => path === '/failures')).toHaveLength(1)
  })

  it('are tried again after a refusal with the same id and body, and not once more when they arrived', async () => {
    const webhook = await add('/again')
    let refusals = 1
    receiver.answer = () => ({ status: refusals-- > 0 ? 500 : 200 })
    await evaluate()
    const [first] = await arrived('/again')
    await eventually(async () =>
      expect((await log(webhook))[0]).toMatchObject({
        status: 'pending',
        attempts: 1,
        http_status: 500,
        failure: 'status',
      }),
    )
    const [, second] = await arrived('/again', 2)
    expect(second!.body).toBe(first!.body)
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id'])
    expect(Number(second!.headers['webhook-timestamp'])).toBeGreaterThan(
      Number(first!.headers['webhook-timestamp']),
    )
    expect(second!.headers['webhook-signature']).toBe(signatureBy(webhook.secret, second!))
    await eventually(async () =>
      expect((await log(webhook))[0]).toMatchObject({ status: 'delivered', attempts: 2 }),
    )
    // another message comes; the delivered one does not
    await evaluate()
    await arrived('/again', 3)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
    expect(receiver.received).toHaveLength(3)
  })

  it('are tried with a test message at once, also when they are off', async () => {
    const webhook = await add('/tried')
    const post = (id: string) => gateway.fetch(`/v1/webhooks/${id}/test`, { method: 'POST' })
    const test = () => post(webhook.id)
    const sent = (await (await test()).json()) as WebhookDelivery
    expect(sent).toMatchObject({ event: 'webhook.test', status: 'delivered', attempts: 1, http_status: 204 })
    const [received] = await arrived('/tried')
    expect(received!.headers['webhook-signature']).toBe(signatureBy(webhook.secret, received!))
    expect(received!.message).toMatchObject({ type: 'webhook.test', data: { id: webhook.id } })
    const again = await test()
    expect([again.status, await again.json()]).toMatchObject([409, { reason: 'webhook_test_repeated' }])

    const gone = await add('/test-gone')
    await patch(gone.id, { enabled: false })
    receiver.answer = () => ({ status: 410 })
    const refused = await post(gone.id)
    expect(await refused.json()).toMatchObject({ status: 'failed', http_status: 410, next_attempt_at: null })
    expect((await list()).find(({ id }) => id === gone.id)!.disabled).toBe('by_user')
    expect((await post('whk_none')).status).toBe(404)
  })

  it('outlive a killed process: what ended before is told after', async () => {
    const webhook = await add('/killed')
    receiver.answer = () => ({ status: 503 })
    await evaluate()
    const [first] = await arrived('/killed')
    receiver.answer = () => ({ status: 200 })
    await gateway.restart()
    await gateway.get('/v1/evaluations')
    const all = await arrived('/killed', 2, 90_000)
    expect(new Set(all.map(({ headers }) => headers['webhook-id']))).toEqual(
      new Set([first!.headers['webhook-id']]),
    )
    await eventually(async () => expect((await log(webhook))[0]!.status).toBe('delivered'))
  })

  it('follow no redirect, and are turned off by 410', async () => {
    const [redirected, gone] = [await add('/moved'), await add('/gone')]
    receiver.answer = (path) =>
      path === '/moved'
        ? { status: 307, headers: { location: `${receiver.url}/elsewhere` } }
        : { status: 410 }
    await evaluate()
    await arrived('/moved')
    await eventually(async () => {
      expect((await log(redirected))[0]).toMatchObject({
        failure: 'redirect',
        http_status: 307,
        status: 'pending',
      })
      expect((await log(gone))[0]).toMatchObject({ http_status: 410, status: 'failed' })
      expect((await list()).map(({ disabled }) => disabled)).toEqual([null, 'gone'])
    })
    expect(receiver.received.some(({ path }) => path === '/elsewhere')).toBe(false)
    receiver.answer = () => ({ status: 200 })
    expect(await (await patch(gone.id, { enabled: true })).json()).toMatchObject({ disabled: null })
    expect(await (await patch(redirected.id, { enabled: false })).json()).toMatchObject({
      disabled: 'by_user',
    })
    receiver.received = []
    await evaluate()
    await arrived('/gone')
    expect(receiver.received.some(({ message }) => message.type !== 'evaluation.completed')).toBe(false)
  })

  it('keep both secrets valid while one replaces the other', async () => {
    const webhook = await add('/rotated')
    const rotated = await gateway.call(`/v1/webhooks/${webhook.id}/rotate`, {})
    const { secret, secret_overlaps_until: until } = (await rotated.json()) as CreatedWebhook
    expect(secret).not.toBe(webhook.secret)
    expect(Date.parse(until!)).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    await evaluate()
    const [received] = await arrived('/rotated')
    expect(received!.headers['webhook-signature']!.split(' ')).toEqual([
      signatureBy(secret, received!),
      signatureBy(webhook.secret, received!),
    ])
  })

  it('are checked by the receiver of the documentation, which takes no forgery, no old and no repeated message', async () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/WEBHOOKS.md'), 'utf8')
    const code = /```js\n(\/\/ receiver\n[\s\S]*?)```/.exec(docs)![1]!
    const path = `data:text/javascript,${encodeURIComponent(code)}`
    const { verify } = (await import(path)) as {
      verify(secret: string, headers: Record<string, string>, body: string, now?: number): unknown
    }
    const webhook = await add('/documented')
    await evaluate()
    const { headers, body } = (await arrived('/documented'))[0]!
    expect(() => verify(webhook.secret, headers, `${body} `)).toThrow('signature')
    expect(() => verify('whsec_AAAA', headers, body)).toThrow('signature')
    const anHourLater = Date.now() + 3_600_000
    expect(() => verify(webhook.secret, headers, body, anHourLater)).toThrow('old')
    expect(verify(webhook.secret, headers, body)).toMatchObject({ type: 'evaluation.completed' })
    expect(verify(webhook.secret, headers, body)).toBeNull()
  })

  it('are bounded in number also when many are made at once', async () => {
    const made = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        gateway.call('/v1/webhooks', { url: `${receiver.url}/${index}` }),
      ),
    )
    expect(made.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(made.filter(({ status }) => status === 409)).toHaveLength(20)
    expect(await list()).toHaveLength(10)
  })

  it('are bounded in number, need the scope manage, and belong to their tenant alone', async () => {
    for (let index = 0; index < 10; index++) await add(`/${index}`)
    expect((await gateway.call('/v1/webhooks', { url: receiver.url })).status).toBe(409)
    const [first] = await list()
    for (const body of [
      {},
      { url: 'mailto:a@b' },
      { url: `http://u:p@127.0.0.1` },
      { url: receiver.url, events: ['x'] },
    ])
      expect((await gateway.call('/v1/webhooks', body)).status).toBe(400)
    expect((await patch('whk_none', { enabled: true })).status).toBe(404)
    const made = await gateway.call('/v1/keys', { name: 'reader', scopes: ['read', 'evaluate'] })
    const { key } = (await made.json()) as { key: string }
    const reader = await fetch(`${gateway.url}/v1/webhooks`, { headers: { authorization: `Bearer ${key}` } })
    expect(reader.status).toBe(403)
    const database = await gateway.miniflare.getD1Database('DB')
    await database
      .prepare(
        "insert into tenants (id, mode, status, plan_id, scopes, created_at) select 'ten_other', mode, status, plan_id, scopes, created_at from tenants where id = 'ten_demo'",
      )
      .run()
    await database.prepare("update webhooks set tenant_id = 'ten_other' where id = ?").bind(first!.id).run()
    expect((await list()).map(({ id }) => id)).not.toContain(first!.id)
    for (const [path, method] of [
      ['', 'DELETE'],
      ['/deliveries', 'GET'],
      ['/rotate', 'POST'],
    ] as const)
      expect((await gateway.fetch(`/v1/webhooks/${first!.id}${path}`, { method })).status).toBe(404)
    receiver.received = []
    await evaluate()
    await arrived('/1')
    await arrived('/9')
    expect(receiver.received.map(({ path }) => path)).not.toContain('/0')
  })
})

describe('addresses of webhooks', () => {
  it('are public and encrypted unless the operator allows others, also where the row says otherwise', async () => {
    const strict = await startEvaluating({ NODES: node.url })
    try {
      const code = async (url: string) => {
        const response = await strict.call('/v1/webhooks', { url })
        if (response.status === 201) return 'taken'
        return ((await response.json()) as { errors: { code: string }[] }).errors[0]!.code
      }
      expect(await code('https://hooks.keval.kr/path?x=1')).toBe('taken')
      expect(await code('https://[2606:4700::1111]/')).toBe('taken')
      expect(await code('http://hooks.keval.kr/')).toBe('webhook_https')
      for (const host of [
        ...['127.0.0.1', '2130706433', '0x7f.1', '017700000001', '10.1.2.3', '172.20.0.1', '192.168.1.1'],
        ...[
          '169.254.169.254',
          '100.64.0.1',
          '0.0.0.0',
          '224.0.0.1',
          '[::1]',
          '[::]',
          '[fe80::1]',
          '[fd00::1]',
        ],
        ...['[::ffff:10.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]', 'localhost', 'intranet', 'a.local'],
        ...['metadata.google.internal', 'x.localhost.', '１２７.０.０.１'],
        ...['localhost..', 'x.localhost..', '127.0.0.1..', '[3fff::1]'],
      ])
        expect([host, await code(`https://${host}/`)]).toEqual([host, 'webhook_private'])
      const database = await strict.miniflare.getD1Database('DB')
      await database.prepare('update webhooks set url = ?').bind(`${receiver.url}/sneaked`).run()
      const id = await strict.begin('model=judge', makeRows([3]))
      await strict.ended(id)
      const { data } = await strict.get<{ data: Webhook[] }>('/v1/webhooks')
      await eventually(async () => {
        const path = `/v1/webhooks/${data[0]!.id}/deliveries`
        const deliveries = await strict.get<{ data: WebhookDelivery[] }>(path)
        expect(deliveries.data[0]).toMatchObject({ failure: 'address', http_status: null })
      })
      expect(receiver.received.some(({ path }) => path === '/sneaked')).toBe(false)
    } finally {
      await strict.stop()
    }
  })

  it('are refused by the network itself when a name leads to a private address', async () => {
    const miniflare = new Miniflare(
      convertV4MiniflareOptions({
        workers: [
          {
            modules: true,
            script: `export default { async fetch(request, env) {
            const url = new URL(request.url).searchParams.get('url')
            return new Response(await env.PUBLIC_NETWORK.fetch(url, { method: 'POST', body: '{}' }).then((r) => String(r.status), () => 'refused'))
          } }`,
            serviceBindings: { PUBLIC_NETWORK: publicNetwork },
          },
        ],
      } as never),
    )
    try {
      const port = new URL(receiver.url).port
      for (const host of ['127.0.0.1', 'localhost'])
        expect(await (await miniflare.dispatchFetch(`http://x/?url=http://${host}:${port}/dns`)).text()).toBe(
          'refused',
        )
      expect(receiver.received.some(({ path }) => path === '/dns')).toBe(false)
    } finally {
      await miniflare.dispose()
    }
  })
})
