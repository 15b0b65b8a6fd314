import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asOperator, call, catchMails, settled, tenantWithKey } from '../access/gate.ts'

/** The models that the node lists, and the fields that it adds to a good judgment. */
const node = { models: [{ id: 'judge' }] as object[], answer: {} as object, text: '' }

beforeEach(() => {
  catchMails()
  Object.assign(node, { models: [{ id: 'judge' }], answer: {}, text: '' })
  const others = vi.mocked(globalThis.fetch).getMockImplementation()!
  vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
    const { host, pathname } = new URL(new Request(input as RequestInfo, init).url)
    if (host !== 'node.test') return others(input, init)
    if (pathname === '/v1/models') return Response.json({ data: node.models })
    const message = { content: `${node.text}\n\nRating: [[7]]` }
    return Response.json({ choices: [{ index: 0, message, finish_reason: 'stop', ...node.answer }] })
  })
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

it('whose answer is more than a judgment can be is not believed, and nothing of it is stored', async () => {
  const { key } = await tenantWithKey()
  const judge = () =>
    call('POST', '/v1/judgments', {
      token: key,
      body: { model: 'judge', question: '수도는?', answer: '서울' },
    })
  const probabilities = Object.fromEntries(Array.from({ length: 1_000 }, (_, rating) => [rating, 0]))
  const rating_probabilities = { probabilities, mode: 1, mean: 1, entropy: 1 }
  for (const wrong of [{ text: 'x'.repeat(700_000) }, { answer: { keval: { rating_probabilities } } }]) {
    Object.assign(node, { answer: {}, text: '' }, wrong)
    expect(await judge()).toMatchObject({ status: 502, body: { code: 'node_failed', source: 'node' } })
  }
  expect((await call('GET', '/v1/judgments', { token: key })).body.data).toEqual([])
  Object.assign(node, { answer: {}, text: '' })
  expect((await judge()).status).toBe(200)
})

it('whose names hold control characters cannot move the cursor of who reads them', async () => {
  const { key } = await tenantWithKey()
  const keval = { notice: 'small\u001b[2J', weights_digest: 'one' }
  node.models = [{ id: 'judge', keval }, { id: 'judge\u001b]0;owned\u0007' }]
  // a changed node is asked at once
  await asOperator('POST', '/admin/v1/nodes', { id: 'spare', url: 'http://node.test/spare' })
  const { body, text } = await call('GET', '/v1/models', { token: key })
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual(['judge'])
  expect(body.data[0].keval.notice).toBe('small [2J')
  expect(text).not.toContain('\\u001b')
  expect((await asOperator('GET', '/admin/v1/nodes')).text).not.toContain('\\u001b')
})
