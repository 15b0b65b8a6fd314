import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { atNodeTest, toCompletion } from '../fake-node.ts'

/** A node that reports its weights, as keval-node does; the tests change them and hold its answers back. */
const node = { digest: 'sha256:one', announced: 'sha256:one', calls: 0, hold: null as Promise<void> | null }
const model = 'keval-2-9b'

beforeEach(() => {
  catchMails()
  Object.assign(node, { digest: 'sha256:one', announced: 'sha256:one', calls: 0, hold: null })
  atNodeTest(async (path) => {
    if (path === '/v1/models') {
      return Response.json({ data: [{ id: model, keval: { weights_digest: node.announced } }] })
    }
    if (path === '/health') return Response.json({ status: 'ready', running: 0, waiting: 0 })
    node.calls += 1
    await node.hold
    return toCompletion('좋습니다.\n\nRating: [[7]]', { model, keval: { weights_digest: node.digest } })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const request = { model, question: '수도는 어디인가요?', answer: '서울입니다.' }
const judge = (token: string, body: object = request, headers: Record<string, string> = {}) =>
  call('POST', '/v1/judgments', { token, body, headers })

describe('tenants', () => {
  it('share nothing: no cache, no store, no ids', async () => {
    const one = await tenantWithKey()
    const other = await tenantWithKey({ email: 'dul@example.com', company: '둘연구소' })
    const first = await judge(one.key)
    expect(first.status, first.text).toBe(200)
    const second = await judge(other.key)
    expect(second.headers.get('cache-status')).toBe('keval-edge; fwd=miss; stored')
    expect(second.body.id).not.toBe(first.body.id)
    expect(node.calls).toBe(2)
    for (const method of ['GET', 'DELETE']) {
      expect((await call(method, `/v1/judgments/${first.body.id}`, { token: other.key })).status).not.toBe(
        200,
      )
    }
    const listed = await call('GET', '/v1/judgments', { token: other.key })
    expect(listed.body.data.map(({ id }: { id: string }) => id)).toEqual([second.body.id])
  })
})

describe('weights', () => {
  it('that change make a repeat miss by themselves, also in the middle of a request', async () => {
    const { key } = await tenantWithKey()
    const first = await judge(key)
    expect(first.body.provenance.weights_digest).toBe('sha256:one')
    // the node was restarted with other weights, and the gateway has not asked it since
    Object.assign(node, { digest: 'sha256:two', announced: 'sha256:two' })
    const changed = await judge(key, { ...request, answer: '부산입니다.' })
    expect(changed.status, changed.text).toBe(200)
    expect(changed.body.provenance.weights_digest).toBe('sha256:two')
    const repeat = await judge(key)
    expect(repeat.body.id).not.toBe(first.body.id)
    expect(repeat.body.fingerprint).not.toBe(first.body.fingerprint)
  })

  it('that are not the announced ones are never believed', async () => {
    const { key } = await tenantWithKey()
    // what an isolate knows of the nodes outlives a test, so it is asked until it knows these weights
    await judge(key)
    node.digest = 'sha256:other'
    const answer = await judge(key, { ...request, answer: '대구입니다.' })
    expect(answer.status).toBe(503)
    expect(answer.body).toMatchObject({ code: 'model_changed', source: 'node' })
    const listed = await call('GET', '/v1/judgments', { token: key })
    expect(listed.body.data).toHaveLength(1)
  })
})

describe('a tenant object that is restarted in the middle', () => {
  it('stores nothing half, frees the room and judges again', async () => {
    const { key, tenantId } = await tenantWithKey()
    let release = () => {}
    node.hold = new Promise((resolve) => {
      release = resolve
    })
    const answering = judge(key)
    await vi.waitFor(() => expect(node.calls).toBe(1), { timeout: 10_000 })
    node.hold = null
    const stub = env.TENANTS.getByName(tenantId)
    await runInDurableObject(stub, (_, state) => state.abort('restarted by the test')).catch(() => {})
    release()
    const answer = await answering
    expect(answer.status, answer.text).toBe(200)
    expect(node.calls).toBe(2)
    const listed = await call('GET', '/v1/judgments', { token: key })
    expect(listed.body.data).toHaveLength(1)
    const usage = await call('GET', '/v1/usage', { token: key })
    expect(usage.body.data[0]).toMatchObject({ requests: 1, rated: 1, prompt_tokens: 100 })
  })
})

describe('the control database', () => {
  it('may be down: known keys and nodes go on, and nothing of a judgment is lost', async () => {
    const { key } = await tenantWithKey()
    await judge(key)
    const down = () => {
      throw new Error('D1_ERROR: Network connection lost.')
    }
    const database = Object.getPrototypeOf(env.DB)
    const spies = [vi.spyOn(database, 'prepare'), vi.spyOn(database, 'batch')]
    for (const spy of spies) spy.mockImplementation(down)
    const fresh = await judge(key, { ...request, answer: '인천입니다.' })
    expect(fresh.status, fresh.text).toBe(200)
    expect((await judge(key)).headers.get('cache-status')).toContain('hit')
    const stranger = await judge(`kev_test_${'0'.repeat(30)}2TKhIp`)
    expect(stranger.status).toBe(503)
    expect(Number(stranger.headers.get('retry-after'))).toBeGreaterThan(0)
    for (const spy of spies) spy.mockRestore()
  })
})
