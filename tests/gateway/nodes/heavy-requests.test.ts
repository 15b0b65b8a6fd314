import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

/** A request of one tenant must not have a node left alone for all. */

beforeEach(() => {
  catchMails()
  judgeAtNodeTest()
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const messages = [{ role: 'user', content: '안녕하세요?' }]

/** The node's response to a chat request; judgments succeed. */
function answerChatWith(response: () => Response): { asked: () => number } {
  const others = vi.mocked(globalThis.fetch).getMockImplementation()!
  let asked = 0
  vi.mocked(globalThis.fetch).mockImplementation(async (input, init) => {
    const request = new Request(input as RequestInfo, init)
    const isChat =
      request.url.endsWith('/chat/completions') && (await request.clone().text()).includes('안녕')
    if (!isChat) return others(request)
    asked += 1
    return response()
  })
  return { asked: () => asked }
}

const judge = (token: string, answer: string) =>
  call('POST', '/v1/judgments', { token, body: { model: 'judge', question: '수도는?', answer } })

it('that asks for more than an answer can be does not, when it gets that', async () => {
  const greedy = await tenantWithKey()
  const other = await tenantWithKey({ email: 'dul@example.com', company: '둘연구소' })
  const body = { model: 'judge', messages, n: 16, logprobs: true, top_logprobs: 20 }
  const node = answerChatWith(() => new Response(`{"choices":"${'x'.repeat(8_100_000)}"}`))
  for (let i = 0; i < 7; i++) {
    const answer = await call('POST', '/v1/chat/completions', { token: greedy.key, body })
    expect(answer).toMatchObject({ status: 502, body: { error: { code: 'node_failed' } } })
  }
  expect(node.asked()).toBe(7)
  expect((await judge(other.key, '서울입니다.')).status).toBe(200)
})

it('that a proxy before the node finds too large does not, and says why', async () => {
  const large = await tenantWithKey()
  const other = await tenantWithKey({ email: 'dul@example.com', company: '둘연구소' })
  const body = { model: 'judge', messages, max_tokens: 100 }
  answerChatWith(() => new Response('<html>413 Request Entity Too Large</html>', { status: 413 }))
  for (let i = 0; i < 7; i++) {
    const answer = await call('POST', '/v1/chat/completions', { token: large.key, body })
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'body_too_large', source: 'node' } } })
  }
  expect((await judge(other.key, '부산입니다.')).status).toBe(200)
})
