import { runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

const secretText = '아무에게도 보이지 않는 판정 7f3a'
let written: string
let calls: number

beforeEach(() => {
  catchMails()
  written = `${secretText}\n\nRating: [[7]]`
  calls = 0
  judgeAtNodeTest(() => {
    calls += 1
    return written
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const model = 'judge'
const request = { model, question: '수도는 어디인가요?', answer: '서울입니다.' }
const chat = { model, messages: [{ role: 'user', content: '안녕하세요?' }] }

function post(token: string, path: string, body: object | undefined, headers: Record<string, string>) {
  return call('POST', path, { token, ...(body && { body }), headers })
}

const stored = (tenantId: string) =>
  runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) =>
    storage.sql.exec('select * from idempotent_requests').toArray(),
  )

describe('an Idempotency-Key', () => {
  it('keeps the ids of judgments, one and several, and gives the same judgments again', async () => {
    const { key, tenantId } = await tenantWithKey()
    for (const [name, body] of [
      ['one', request],
      ['list', { ...request, n: 2 }],
    ] as const) {
      const first = await post(key, '/v1/judgments', body, { 'idempotency-key': name })
      expect(first.status, first.text).toBe(200)
      const before = calls
      await vi.waitFor(async () => {
        const again = await post(key, '/v1/judgments', body, { 'idempotency-key': name })
        expect(again.headers.get('idempotent-replayed')).toBe('true')
        expect(again.body).toEqual(first.body)
      })
      expect(calls).toBe(before)
    }
    expect(JSON.stringify(await stored(tenantId))).not.toContain(secretText)
  })

  it('does not bring back a deleted judgment', async () => {
    const { key } = await tenantWithKey()
    const headers = { 'idempotency-key': 'once' }
    const { body } = await post(key, '/v1/judgments', request, headers)
    await call('DELETE', `/v1/judgments/${body.id}`, { token: key })
    await vi.waitFor(async () => {
      const again = await post(key, '/v1/judgments', request, headers)
      expect(again.status).toBe(404)
      expect(again.text).not.toContain(secretText)
    })
  })

  it('stores no text of a request with no-store, nor of a replay, and runs neither twice', async () => {
    const { key, tenantId } = await tenantWithKey()
    const kept = await post(key, '/v1/judgments', { ...request, seed: 3 }, {})
    for (const [path, body, headers] of [
      ['/v1/judgments', request, { 'cache-control': 'no-store' }],
      ['/v1/chat/completions', chat, { 'cache-control': 'no-store' }],
      [`/v1/judgments/${kept.body.id}/replay`, undefined, {}],
    ] as [string, object | undefined, Record<string, string>][]) {
      const withKey = { ...headers, 'idempotency-key': path }
      const first = await post(key, path, body, withKey)
      expect(first.status, first.text).toBe(200)
      expect(first.text).toContain(secretText)
      const before = calls
      await vi.waitFor(async () => {
        const again = await post(key, path, body, withKey)
        expect(again.status).toBe(409)
        expect(again.text).toMatch(/was not kept/)
      })
      expect(calls).toBe(before)
    }
    expect(JSON.stringify(await stored(tenantId))).not.toContain(secretText)
  })

  it('keeps the text of a chat for a day, also where nothing else ever happens', async () => {
    const { key, tenantId } = await tenantWithKey()
    const first = await post(key, '/v1/chat/completions', chat, { 'idempotency-key': 'chat' })
    await vi.waitFor(async () => {
      const again = await post(key, '/v1/chat/completions', chat, { 'idempotency-key': 'chat' })
      expect(again.headers.get('idempotent-replayed')).toBe('true')
      expect(again.text).toBe(first.text)
    })
    expect(await stored(tenantId)).toHaveLength(1)
    const realNow = Date.now
    for (const hours of [1, 24.1]) {
      vi.spyOn(Date, 'now').mockImplementation(() => Reflect.apply(realNow, Date, []) + hours * 3_600_000)
      expect(await runDurableObjectAlarm(env.TENANTS.getByName(tenantId))).toBe(true)
      vi.mocked(Date.now).mockRestore()
    }
    expect(await stored(tenantId)).toHaveLength(0)
  })

  it('keeps 10,000 requests and 16 million characters of a tenant at most, the newest', async () => {
    const { tenantId } = await tenantWithKey()
    await runInDurableObject(env.TENANTS.getByName(tenantId), (object) => {
      const finish = (name: string, answer: object) =>
        (object as unknown as { finishIdempotent(request: object, answer: object): void }).finishIdempotent(
          { keyId: 'key', idempotencyKey: name, requestSha256: name },
          answer,
        )
      for (let i = 0; i < 18; i++) {
        vi.spyOn(Date, 'now').mockReturnValue(1_000 + i)
        finish(`text-${i}`, { contentType: 'application/json', body: 'x'.repeat(1_000_000) })
      }
      for (let i = 0; i < 10_100; i++) {
        vi.spyOn(Date, 'now').mockReturnValue(2_000 + i)
        finish(`id-${i}`, { judgmentIds: ['jdg_1'] })
      }
      vi.mocked(Date.now).mockRestore()
    })
    const rows = await stored(tenantId)
    expect(rows.length).toBeLessThanOrEqual(10_000 + 64)
    expect(rows.map((row) => row.idempotency_key)).toContain('id-10099')
    expect(rows.map((row) => row.idempotency_key)).not.toContain('text-1')
  })
})

describe('a replay', () => {
  it('needs a key that may read, for it shows what a stored text gives', async () => {
    const { key } = await tenantWithKey()
    const { body } = await post(key, '/v1/judgments', request, {})
    const judgeOnly = await call('POST', '/v1/keys', {
      token: key,
      body: { name: '판정', scopes: ['judge'] },
    })
    expect(judgeOnly.status, judgeOnly.text).toBe(201)
    const refused = await post(judgeOnly.body.key, `/v1/judgments/${body.id}/replay`, undefined, {})
    expect(refused.body).toMatchObject({ code: 'insufficient_scope' })
    expect((await post(key, `/v1/judgments/${body.id}/replay`, undefined, {})).status).toBe(200)
  })
})

describe('a tenant made again under the same id', () => {
  it('is answered by none of the caches with judgments of the former one', async () => {
    const { key, tenantId } = await tenantWithKey()
    const first = await post(key, '/v1/judgments', request, {})
    const hit = await post(key, '/v1/judgments', request, {})
    expect(hit.body.id).toBe(first.body.id)
    // as deletion and another tenant under the id leave it
    await env.DB.prepare('update tenants set created_at = created_at + 1 where id = ?').bind(tenantId).run()
    await runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) => {
      storage.sql.exec('delete from judgments')
    })
    const realNow = Date.now
    vi.spyOn(Date, 'now').mockImplementation(() => Reflect.apply(realNow, Date, []) + 5_000)
    const again = await post(key, '/v1/judgments', request, {})
    expect(again.status, again.text).toBe(200)
    expect(again.body.id).not.toBe(first.body.id)
  })
})

describe("the alarm of a tenant's object", () => {
  it('does every part although one throws, and rings again soon', async () => {
    const { key, tenantId } = await tenantWithKey()
    await post(key, '/v1/judgments', request, {})
    const stub = env.TENANTS.getByName(tenantId)
    for (const part of ['evaluations', 'batches']) {
      const { Evaluations } = await import('../../../gateway/evaluations/evaluations.ts')
      const { Batches } = await import('../../../gateway/batches/batches.ts')
      const broken = part === 'evaluations' ? Evaluations : Batches
      const expire = vi.spyOn(broken.prototype, 'expire').mockRejectedValue(new RangeError('a deep line'))
      const realNow = Date.now
      vi.spyOn(Date, 'now').mockImplementation(() => Reflect.apply(realNow, Date, []) + 3_700_000)
      expect(await runDurableObjectAlarm(stub)).toBe(true)
      expect(expire).toHaveBeenCalledOnce()
      expire.mockRestore()
      vi.mocked(Date.now).mockRestore()
      const { body } = await asOperator('GET', `/admin/v1/usage?tenant=${tenantId}`)
      expect(body.data).toMatchObject([{ requests: 1 }])
      await env.DB.prepare('delete from usage_rollups').run()
      const next = await runInDurableObject(stub, (_, { storage }) => storage.getAlarm())
      expect(next).toBeLessThan(Date.now() + 3_700_000 + 400_000)
    }
  })
})
