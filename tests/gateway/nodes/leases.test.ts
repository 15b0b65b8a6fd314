import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'

/** A node that joined by itself and does not renew its lease. */

beforeEach(() => {
  catchMails()
  const others = vi.mocked(globalThis.fetch).getMockImplementation()!
  vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
    const { host, pathname } = new URL(new Request(input as RequestInfo, init).url)
    if (host !== 'joined.test') return others(input, init)
    if (pathname === '/v1/models') return Response.json({ data: [{ id: 'judge' }] })
    const message = { content: 'Rating: [[7]]' }
    return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }] })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const secret = 'secret-of-the-node-that-joined'

async function join() {
  const { token } = (await asOperator('POST', '/admin/v1/node-join-tokens', {})).body
  const body = { id: 'gpu-1', url: 'http://joined.test', secret }
  return call('POST', '/nodes/v1/join', { token, body })
}

const endLease = () => env.DB.exec('update nodes set lease_ends_at = 1')

it('gets no new work, is shown as such, and may join anew', async () => {
  const { key } = await tenantWithKey()
  expect((await join()).status).toBe(201)
  const judge = (answer: string) =>
    call('POST', '/v1/judgments', { token: key, body: { model: 'judge', question: '수도는?', answer } })
  expect((await judge('서울')).status).toBe(200)
  expect((await join()).status).toBe(409)
  await endLease()
  vi.useFakeTimers({ now: Date.now() + 60_000, toFake: ['Date'] })
  try {
    const { body } = await asOperator('GET', '/admin/v1/nodes')
    const shown = body.data.find(({ id }: { id: string }) => id === 'gpu-1')
    expect(shown.lease).toEqual({ expires_at: new Date(1).toISOString(), leaving: false, version: null })
    // the list of nodes is refreshed in the background, by the first request that finds it old
    await judge('부산')
    await vi.waitFor(async () => expect((await judge(`인천 ${Math.random()}`)).status).toBe(503))
    expect((await join()).status).toBe(201)
  } finally {
    vi.useRealTimers()
  }
})

it('keeps its secret sealed and its tokens hashed', async () => {
  const { body } = await join()
  const tables = await Promise.all(
    ['nodes', 'node_join_tokens', 'audit_log'].map((name) => env.DB.prepare(`select * from ${name}`).all()),
  )
  const stored = JSON.stringify(tables)
  expect(stored).toContain('node.join')
  for (const plain of [secret, body.credential]) expect(stored).not.toContain(plain)
  expect(stored).not.toMatch(/njt_\w{20}\.\w/)
})
