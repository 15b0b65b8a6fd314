import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'

/** The models that each node lists: two have the same weights, and the third lists others several times. */
const listed: Record<string, { weights: string; times: number }> = {
  'node.test': { weights: 'one', times: 1 },
  'second.test': { weights: 'one', times: 1 },
  'loud.test': { weights: 'two', times: 5 },
}

beforeEach(() => {
  catchMails()
  const others = vi.mocked(globalThis.fetch).getMockImplementation()!
  vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
    const { host, pathname } = new URL(new Request(input as RequestInfo, init).url)
    const node = listed[host]
    if (node === undefined) return others(input, init)
    const keval = { weights_digest: node.weights }
    if (pathname === '/v1/models') {
      return Response.json({ data: Array.from({ length: node.times }, () => ({ id: 'judge', keval })) })
    }
    const message = { content: 'Rating: [[7]]' }
    return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop' }], keval })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

it('does not win with its weights by listing its model more than once', async () => {
  const { key } = await tenantWithKey()
  for (const host of ['second', 'loud']) {
    const body = { id: host, url: `http://${host}.test` }
    expect((await asOperator('POST', '/admin/v1/nodes', body)).status).toBe(201)
  }
  for (let i = 0; i < 6; i++) {
    const body = { model: 'judge', question: '수도는?', answer: `서울입니다. (${i})` }
    const judgment = await call('POST', '/v1/judgments', { token: key, body })
    expect(judgment.body.provenance.weights_digest).toBe('one')
  }
  expect((await call('GET', '/v1/models', { token: key })).body.data[0].keval.nodes).toBe(3)
})
