import { createScheduledController } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { quantileMs } from '../../gateway/console/components/latency.ts'
import gateway from '../../gateway/index.ts'
import { mergeBuckets, toBucket, toLatency } from '../../gateway/usage/latency-buckets.ts'
import { asOperator, call, catchMails, eventually, settled, tenantWithKey } from './access/gate.ts'
import { atNodeTest, toCompletion } from './fake-node.ts'

/** Reports of the service: usage, limits, stored judgments, nodes. */

const model = 'keval-2-9b'
const node: { status: string; code: number; facts: object } = { status: 'ready', code: 200, facts: {} }

beforeEach(() => {
  catchMails()
  Object.assign(node, { status: 'ready', code: 200, facts: {} })
  atNodeTest((path) => {
    if (path === '/v1/models') {
      const certificate = { state: 'passed', issued_at: '2026-11-01T00:00:00Z' }
      const keval = { revision: 'r2', weights_digest: 'one', precision: 'int4', provider: 'cpu', certificate }
      return Response.json({ data: [{ id: model, keval }] })
    }
    if (path === '/health') {
      const reason = node.code === 200 ? null : 'the node is shutting down'
      const health = { status: node.status, reason, running: 2, waiting: 1, slots: 4, ...node.facts }
      return Response.json(health, { status: node.code })
    }
    return toCompletion('좋습니다.\n\nRating: [[7]]', { model, keval: { weights_digest: 'one' } })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const request = { model, question: '수도는 어디인가요?', answer: '서울입니다.' }
const judge = (token: string, body: object = request, headers: Record<string, string> = {}) =>
  call('POST', '/v1/judgments', { token, body, headers })
const get = (path: string, token: string) => call('GET', path, { token })

describe('usage', () => {
  it('counts what a cache answered apart from what a node answered, and how long that took', async () => {
    const { key, keyId } = await tenantWithKey()
    await judge(key)
    await judge(key)
    await judge(key)
    await eventually(async () => {
      const { body } = await get('/v1/usage', key)
      expect(body.data).toHaveLength(1)
      expect(body.data[0]).toMatchObject({ key_id: keyId, model, requests: 1, rated: 1, cached_edge: 2 })
      expect(body.data[0]).toMatchObject({ prompt_tokens: 100, cached_stored: 0, joined: 0 })
      const { latency } = body.data[0]
      expect(latency.count).toBe(1)
      expect(latency.p95_ms).toBe(latency.p50_ms)
      expect(latency.histogram).toEqual([{ up_to_ms: latency.p50_ms, runs: 1 }])
    })
  })

  it('puts durations into buckets whose ends are at most a quarter too high', () => {
    for (const milliseconds of [1, 2, 3, 10, 99, 100, 1_234, 59_999, 180_000]) {
      const { p50_ms } = toLatency({ [toBucket(milliseconds)]: 1 })
      expect(p50_ms).toBeGreaterThanOrEqual(milliseconds)
      expect(p50_ms).toBeLessThanOrEqual(Math.ceil(milliseconds * 1.25))
    }
    expect(toLatency({})).toEqual({ count: 0, p50_ms: null, p95_ms: null, histogram: [] })
    const skewed = toLatency({ [toBucket(10)]: 90, [toBucket(5_000)]: 10 })
    expect(skewed.count).toBe(100)
    expect(skewed.p50_ms).toBeLessThan(13)
    expect(skewed.p95_ms).toBeGreaterThanOrEqual(5_000)
  })

  it('gives histograms whose sum has the quantiles of all runs', () => {
    const [quick, slow] = [{ [toBucket(10)]: 90, [toBucket(80)]: 4 }, { [toBucket(5_000)]: 10 }]
    const rows = [quick, slow].map((counts) => ({ latency: toLatency(counts) }))
    const all = toLatency(mergeBuckets(quick, slow))
    expect([quantileMs(rows, 0.5), quantileMs(rows, 0.95)]).toEqual([all.p50_ms, all.p95_ms])
    expect(all.p50_ms).toBeLessThan(13)
    expect(quantileMs([], 0.5)).toBeNull()
  })
})

describe('limits', () => {
  it('are told with what is left, of the key too once it has its own, which can be changed', async () => {
    const { key, keyId } = await tenantWithKey()
    await judge(key)
    const before = await get('/v1/limits', key)
    expect(before.status, before.text).toBe(200)
    const { tenant } = before.body
    expect(before.body.key).toBeNull()
    // what was taken is given back second by second
    expect(tenant.requests_per_minute.remaining).toBeLessThanOrEqual(tenant.requests_per_minute.limit)
    expect(tenant.tokens_per_day).toMatchObject({ used: 110, reserved: 0 })
    expect(tenant.tokens_per_day.remaining).toBe(tenant.tokens_per_day.limit - 110)
    expect(new Date(tenant.tokens_per_day.resets_at).getUTCHours()).toBe(15)
    expect(tenant.concurrent.running).toBe(0)

    const limits = { requests_per_minute: 1, tokens_per_day: 50_000 }
    const changed = await call('PATCH', `/v1/keys/${keyId}`, {
      token: key,
      body: { name: '새 이름', limits },
    })
    expect(changed.status, changed.text).toBe(200)
    expect(changed.body).toMatchObject({ id: keyId, name: '새 이름', limits })
    const after = await get('/v1/limits', key)
    expect(after.body.key).toMatchObject({ id: keyId, requests_per_minute: { limit: 1 } })
    expect(after.body.key.tokens_per_day).toMatchObject({ limit: 50_000, used: 110 })
    const first = await judge(key, { ...request, answer: '부산입니다.' })
    const second = await judge(key, { ...request, answer: '대구입니다.' })
    expect([first.status, second.status]).toEqual([200, 429])
    const spent = await get('/v1/limits', key)
    expect(spent.body.key.requests_per_minute.remaining).toBe(0)

    const freed = await call('PATCH', `/v1/keys/${keyId}`, { token: key, body: { limits: null } })
    expect(freed.body).toMatchObject({ name: '새 이름', limits: null })
    expect((await judge(key, { ...request, answer: '대구입니다.' })).status).toBe(200)
  })

  it("of another tenant's key cannot be changed", async () => {
    const one = await tenantWithKey()
    const other = await tenantWithKey({ email: 'dul@example.com', company: '둘연구소' })
    const options = { token: other.key, body: { limits: { concurrent: 1 } } }
    expect((await call('PATCH', `/v1/keys/${one.keyId}`, options)).status).toBe(404)
  })
})

describe('a stored judgment', () => {
  it('is shown with what was judged, and listed without', async () => {
    const { key } = await tenantWithKey()
    const made = await judge(key)
    const shown = await get(`/v1/judgments/${made.body.id}`, key)
    expect(shown.body.input).toEqual({ question: request.question, answer: request.answer })
    const listed = await get('/v1/judgments', key)
    expect(listed.body.data[0].id).toBe(made.body.id)
    expect(listed.body.data[0]).not.toHaveProperty('input')
  })
})

describe('the list of nodes', () => {
  const clock = () => gateway.scheduled(createScheduledController({ cron: '* * * * *' }), env)
  const seen = async () => (await asOperator('GET', '/admin/v1/nodes')).body.data[0].health

  it('says what each node last said of itself, also while it drains', async () => {
    await clock()
    const ready = await seen()
    expect(ready).toMatchObject({ state: 'up', load: 3, models: [model] })
    expect(ready.report).toMatchObject({ status: 'ready', running: 2, waiting: 1, slots: 4 })
    expect(ready.report.models).toMatchObject([
      { id: model, revision: 'r2', weights_digest: 'one', precision: 'int4', provider: 'cpu' },
    ])
    expect(ready.report.models[0].certificate.state).toBe('passed')
    Object.assign(node, { status: 'draining', code: 503 })
    await clock()
    const draining = await seen()
    expect(draining).toMatchObject({
      state: 'down',
      reason: { code: 'probe_status_reason', message: expect.stringContaining('shutting down') },
    })
    expect(draining.report).toMatchObject({ status: 'draining', models: [{ id: model }] })
  })

  const device = {
    name: 'NVIDIA H100 80GB HBM3',
    compute_capability: '9.0',
    driver_version: '580.95.05',
    memory_total_bytes: 85_000_000_000,
    memory_free_bytes: 12_000_000_000,
  }
  const engine = { status: 'ready', device: device.name, running: 1, slots: 32, restarts: 0 }
  const degraded = { code: 'engine_down', message: 'engine 1 is failing', remedy: 'none needed' }

  it('tells the devices, engines and problems of a node', async () => {
    const engines = [engine, { ...engine, status: 'failing', running: 0, restarts: 3, reason: 'it ended' }]
    node.facts = { device, engines, degraded: [degraded] }
    await clock()
    const { report } = await seen()
    expect(report.device).toEqual(device)
    expect(report.engines).toEqual([engine, { ...engine, status: 'failing', running: 0, restarts: 3 }])
    expect(report.degraded).toEqual([degraded])
  })

  it('leaves out what a node does not tell, or tells otherwise, and bounds the rest', async () => {
    await clock()
    expect((await seen()).report).toMatchObject({ device: null, engines: [], degraded: [] })
    node.facts = {
      device: { name: `GPU\u202e\n${'x'.repeat(1000)}`, memory_total_bytes: -1, memory_free_bytes: 'all' },
      engines: [...new Array(500).fill(engine), 'none'],
      degraded: [{ ...degraded, message: 'm'.repeat(9000) }, { ...degraded, code: '<b>' }, degraded, null],
    }
    await clock()
    const { state, report } = await seen()
    expect(state).toBe('up')
    expect(report).toMatchObject({ running: 2, slots: 4 })
    expect(report.device).toEqual({
      name: `GPU ${'x'.repeat(95)}`,
      compute_capability: null,
      driver_version: null,
      memory_total_bytes: null,
      memory_free_bytes: null,
    })
    expect(report.engines).toHaveLength(64)
    expect(report.degraded).toEqual([{ ...degraded, message: 'm'.repeat(500) }, degraded])
    node.facts = { device: 'a GPU', engines: { 0: engine }, degraded: 'yes' }
    await clock()
    expect((await seen()).report).toMatchObject({ running: 2, device: null, engines: [], degraded: [] })
  })
})

describe('what a node did over time', () => {
  const clock = () => gateway.scheduled(createScheduledController({ cron: '* * * * *' }), env)
  const report = (answers: number) => {
    node.facts = { totals: { answers, prompt_tokens: answers * 100, generated_tokens: answers * 10 } }
  }
  const seen = async (hours = 48) =>
    (await asOperator('GET', `/admin/v1/node-throughput?hours=${hours}`)).body.data

  async function at(time: string, answers: number): Promise<void> {
    vi.setSystemTime(Date.parse(time))
    report(answers)
    await clock()
  }

  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }))
  afterEach(() => void vi.useRealTimers())

  it('is the sum of what it reports more from check to check, by hour, also after it started anew', async () => {
    await at('2026-11-01T10:10:00Z', 1_000) // what it did before the first check is not known
    await at('2026-11-01T10:20:00Z', 1_004)
    await at('2026-11-01T10:50:00Z', 1_010)
    await at('2026-11-01T11:10:00Z', 1_030)
    await at('2026-11-01T11:20:00Z', 5)
    await at('2026-11-01T12:20:00Z', 5)
    const hour = { node: 'node.test', prompt_tokens: 1_000, generated_tokens: 100 }
    expect(await seen()).toEqual([
      { ...hour, hour: '2026-11-01T10:00:00.000Z', answers: 10 },
      {
        ...hour,
        hour: '2026-11-01T11:00:00.000Z',
        answers: 25,
        prompt_tokens: 2_500,
        generated_tokens: 250,
      },
    ])
    expect(await seen(2)).toHaveLength(1)
  })

  it('counts nothing twice when two checks run at once', async () => {
    await at('2026-11-01T10:10:00Z', 10)
    vi.setSystemTime(Date.parse('2026-11-01T10:11:00Z'))
    report(20)
    await Promise.all([clock(), clock(), clock()])
    expect(await seen()).toMatchObject([{ answers: 10 }])
  })

  it('is kept for two weeks', async () => {
    await at('2026-11-01T10:10:00Z', 10)
    await at('2026-11-01T10:20:00Z', 20)
    await at('2026-11-16T10:20:00Z', 30)
    const { results } = await env.DB.prepare('select answers from node_throughput').all()
    expect(results).toEqual([{ answers: 10 }])
  })

  it('is for operators alone, and bounded', async () => {
    const { key } = await tenantWithKey()
    expect((await get('/admin/v1/node-throughput', key)).status).toBe(401)
    expect((await asOperator('GET', '/admin/v1/node-throughput?hours=999')).status).toBe(400)
  })
})

describe('work of the queue that fails unexpectedly', () => {
  it('is tried again later, and the log says where without what the error quotes', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const broken = {
      prepare: () => {
        throw new Error('insert into judgments … params: 어느 사람의 글')
      },
    } as unknown as D1Database
    const body = { tenantId: 'ten_x', keyId: 'key_x', batchId: 'batch_x', generation: 1, from: 0, to: 1 }
    const retry = vi.fn()
    const batch = { queue: 'work', messages: [{ body, ack: () => {}, retry }] }
    await gateway.queue(batch as unknown as MessageBatch<never>, { ...env, DB: broken })
    expect(retry).toHaveBeenCalledWith({ delaySeconds: 30 })
    const lines = logged.mock.calls.flat().join('\n')
    expect(lines).toContain('"event":"unexpected"')
    expect(lines).toContain('current-grant.ts')
    expect(lines).not.toContain('어느 사람의 글')
  })
})

describe('the line of a request in the log', () => {
  it('names a model that is served, and nothing else that was written in its place', async () => {
    const { key } = await tenantWithKey()
    const logged = vi.spyOn(console, 'log').mockImplementation(() => {})
    const lines = () => logged.mock.calls.flat().join('\n')
    const other = { ...request, model: 'hana@example.com 010-1234-5678' }
    const chat = { model: other.model, messages: [{ role: 'user', content: '안녕하세요?' }] }
    expect((await judge(key, other)).status).toBe(404)
    expect((await call('POST', '/v1/chat/completions', { token: key, body: chat })).status).toBe(404)
    expect(lines()).toContain('"code":"model_not_found"')
    expect(lines()).not.toContain('hana@example.com')
    await judge(key)
    await judge(key)
    expect(lines().match(new RegExp(`"model":"${model}"`, 'g'))).toHaveLength(2)
  })
})
