import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import gateway from '../../../gateway/index.ts'
import { sharedWorkloads } from '../../../gateway/usage/workloads.ts'
import { asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

let nodeAnswers = true
let onAsked: () => Promise<void> = async () => {}

beforeEach(() => {
  catchMails()
  nodeAnswers = true
  onAsked = async () => {}
  judgeAtNodeTest(async () => {
    await onAsked()
    return nodeAnswers ? 'Rating: [[7]]' : null
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

describe('a tenant that is suspended in the middle of an evaluation', () => {
  it('has its work stopped, with the reason, and continued when the suspension is lifted', async () => {
    const { key, tenantId } = await tenantWithKey()
    const tenant = env.TENANTS.getByName(tenantId)
    const stand = (status: string) =>
      env.DB.prepare('update tenants set status = ? where id = ?').bind(status, tenantId).run()
    const rows = Array.from({ length: 60 }, (_, id) =>
      JSON.stringify({ id, question: '질문', answer: `답 ${id}` }),
    )
    let asked = 0
    onAsked = async () => {
      if (++asked === 3) await stand('suspended')
      // longer, all rows together, than a grant is remembered
      await scheduler.wait(asked < 30 ? 500 : 0)
    }
    const upload = await exports.default.fetch(
      new Request('https://keval.test/v1/evaluations?model=judge&name=s', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: rows.join('\n'),
      }),
    )
    const { id } = await upload.json<{ id: string }>()
    const evaluation = () => tenant.call('evaluations', 'get', [id]) as Promise<Record<string, unknown>>
    const wait = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 25_000, interval: 100 })
    await wait(async () => {
      expect(await evaluation()).toMatchObject({ status: 'running', pausedBecause: 'tenant_suspended' })
    })
    const { rated } = await evaluation()
    expect(rated).toBeLessThan(60)

    await stand('active')
    await wait(async () => {
      await runInDurableObject(tenant, (_, { storage }) => {
        storage.sql.exec('update evaluations set progressed_at = 0, enqueued_at = 0')
      })
      await runDurableObjectAlarm(tenant)
      expect(await evaluation()).toMatchObject({ status: 'completed', rated: 60, pausedBecause: null })
    })
  }, 60_000)
})

describe('a row that waits for a slot while its tenant is suspended', () => {
  it('is judged when the suspension is lifted', async () => {
    const { body: plans } = await asOperator('GET', '/admin/v1/plans')
    const { id: plan, ...research } = plans.data.find(({ id }: { id: string }) => id === 'research')
    await asOperator('PUT', `/admin/v1/plans/${plan}`, { ...research, concurrent: 1 })
    const { key, tenantId } = await tenantWithKey()
    const tenant = env.TENANTS.getByName(tenantId)
    const stand = (status: string) =>
      env.DB.prepare('update tenants set status = ? where id = ?').bind(status, tenantId).run()
    const asked = { calls: 0, held: true }
    onAsked = async () => {
      asked.calls += 1
      while (asked.held) await scheduler.wait(20)
    }
    const first = call('POST', '/v1/judgments', {
      token: key,
      body: { model: 'judge', question: '질문', answer: '자리를 차지한 답' },
    })
    await vi.waitFor(() => expect(asked.calls).toBe(1), 10_000)
    const upload = await exports.default.fetch(
      new Request('https://keval.test/v1/evaluations?model=judge', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ question: '질문', answer: '기다리는 답' }),
      }),
    )
    const { id } = await upload.json<{ id: string }>()
    const waiting = () => runInDurableObject(tenant, () => sharedWorkloads.sum().runsWaiting)
    await vi.waitFor(async () => expect(await waiting()).toBe(1), { timeout: 15_000, interval: 50 })
    await stand('suspended')
    // longer than a grant is remembered
    await scheduler.wait(4_200)
    asked.held = false
    expect((await first).status).toBe(200)
    const evaluation = () => tenant.call('evaluations', 'get', [id]) as Promise<Record<string, unknown>>
    const wait = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 25_000, interval: 100 })
    await wait(async () => {
      const paused = { status: 'running', failed: 0, pausedBecause: 'tenant_suspended' }
      expect(await evaluation()).toMatchObject(paused)
    })
    await stand('active')
    await wait(async () => {
      await runInDurableObject(tenant, (_, { storage }) => {
        storage.sql.exec('update evaluations set progressed_at = 0, enqueued_at = 0')
      })
      await runDurableObjectAlarm(tenant)
      expect(await evaluation()).toMatchObject({ status: 'completed', rated: 1, failed: 0 })
    })
  }, 60_000)
})

describe('work of a tenant that is gone', () => {
  it('is put aside without asking a node', async () => {
    let asked = 0
    onAsked = async () => {
      asked += 1
    }
    const done: string[] = []
    const place = { tenantId: 'ten_gone', keyId: 'key_gone', generation: 1, from: 0, to: 20, retries: 0 }
    const message = (body: object) => ({
      body,
      attempts: 1,
      ack: () => done.push('put aside'),
      retry: () => {},
    })
    const messages = [
      message({ ...place, kind: 'evaluation', jobId: 'evl_gone' }),
      message({ ...place, kind: 'batch', jobId: 'batch_gone' }),
    ]
    await gateway.queue({ queue: 'work', messages } as unknown as MessageBatch<never>, env)
    expect([done.length, asked]).toEqual([2, 0])
  })

  it('says why it stands still while the tenant is being deleted', async () => {
    const { key, tenantId } = await tenantWithKey()
    nodeAnswers = false
    const upload = await exports.default.fetch(
      new Request('https://keval.test/v1/evaluations?model=judge', {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: JSON.stringify({ question: '질문', answer: '답' }),
      }),
    )
    const { id } = await upload.json<{ id: string }>()
    await env.DB.prepare("update tenants set status = 'deleting' where id = ?").bind(tenantId).run()
    const tenant = env.TENANTS.getByName(tenantId)
    await scheduler.wait(4_100)
    await runInDurableObject(tenant, (_, { storage }) => {
      storage.sql.exec('update evaluations set progressed_at = 0, enqueued_at = 0')
    })
    await runDurableObjectAlarm(tenant)
    await vi.waitFor(async () => {
      const evaluation = await tenant.call('evaluations', 'get', [id])
      expect(evaluation).toMatchObject({ status: 'running', pausedBecause: 'tenant_deleted' })
    }, 10_000)
    expect((await call('GET', '/v1/evaluations', { token: key })).status).toBe(401)
  })
})

describe('a batch whose window closes', () => {
  it('expires with the unfinished lines in its error file', async () => {
    const { key, tenantId } = await tenantWithKey()
    nodeAnswers = false
    const form = new FormData()
    const line = (id: string) =>
      JSON.stringify({
        custom_id: id,
        method: 'POST',
        url: '/v1/chat/completions',
        body: { model: 'judge', messages: [{ role: 'user', content: id }] },
      })
    form.set('purpose', 'batch')
    form.set('file', new File([`${line('a')}\n${line('b')}\n`], 'in.jsonl'))
    const body = await new Response(form).arrayBuffer()
    const type = new Response(form).headers.get('content-type')!
    const authorization = `Bearer ${key}`
    const boundary = /boundary=(.*)$/.exec(type)![1]!
    const first = new TextDecoder().decode(body).split('\r\n')[0]!.slice(2)
    const upload = await exports.default.fetch(
      new Request('https://keval.test/v1/files', {
        method: 'POST',
        headers: {
          authorization,
          'content-type': type.replace(boundary, first),
          'content-length': String(body.byteLength),
        },
        body,
      }),
    )
    const file = await upload.json<{ id: string }>()
    const { body: begun } = await call('POST', '/v1/batches', {
      token: key,
      body: { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' },
    })
    const batch = async () => (await call('GET', `/v1/batches/${begun.id}`, { token: key })).body
    await vi.waitFor(async () => expect((await batch()).status).toBe('in_progress'), { timeout: 15_000 })
    const tenant = env.TENANTS.getByName(tenantId)
    await runInDurableObject(tenant, (_, { storage }) => {
      storage.sql.exec('update batches set created_at = created_at - 86400001')
    })
    await runDurableObjectAlarm(tenant)
    const ended = await batch()
    expect(ended).toMatchObject({ status: 'expired', request_counts: { total: 2, completed: 0 } })
    const errors = await exports.default.fetch(
      new Request(`https://keval.test/v1/files/${ended.error_file_id}/content`, {
        headers: { authorization },
      }),
    )
    const lines = (await errors.text())
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text))
    expect(lines.map(({ custom_id, response, error }) => [custom_id, response, error.code])).toEqual([
      ['a', null, 'batch_expired'],
      ['b', null, 'batch_expired'],
    ])
  }, 60_000)
})
