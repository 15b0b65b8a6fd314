import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

beforeEach(() => {
  catchMails()
  judgeAtNodeTest()
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const model = 'judge'

describe('null', () => {
  it('is "not given" in every field of a judgment that may be left out', async () => {
    const { key } = await tenantWithKey()
    const given = { model, question: '수도는?', answer: '서울' }
    const absent = [
      'template',
      'reference',
      'turns',
      'protocol',
      'temperature',
      'top_p',
      'seed',
      'max_tokens',
    ]
      .concat(['n', 'stream', 'rating_probabilities'])
      .map((field) => [field, null])
    const plain = await call('POST', '/v1/judgments', { token: key, body: given })
    const padded = await call('POST', '/v1/judgments', {
      token: key,
      body: { ...given, ...Object.fromEntries(absent) },
    })
    expect(padded.status, padded.text).toBe(200)
    expect(padded.body.id).toBe(plain.body.id)
    const turns = [1, 2].map((turn) => ({ question: `${turn}?`, answer: `${turn}`, reference: null }))
    const multi = await call('POST', '/v1/judgments', {
      token: key,
      body: { model, turns, question: null, answer: null },
    })
    expect(multi.status, multi.text).toBe(200)
  })

  it('does not stand for a required field, nor for an unknown one', async () => {
    const { key } = await tenantWithKey()
    const body = { model, question: null, answer: '서울' }
    const missing = await call('POST', '/v1/judgments', { token: key, body })
    expect(missing.status).toBe(400)
    expect(missing.body.errors).toMatchObject([{ field: 'question' }])
    const unknown = await call('POST', '/v1/judgments', {
      token: key,
      body: { model, question: '?', answer: '!', colour: 'red' },
    })
    expect(unknown.status).toBe(400)
  })
})

describe('a chat', () => {
  it('takes back the message of its own reply, and of other servers', async () => {
    const { key } = await tenantWithKey()
    const ask = (messages: object[], more: object = {}) =>
      call('POST', '/v1/chat/completions', { token: key, body: { model, messages, ...more } })
    const user = { role: 'user', content: '안녕하세요?', name: null }
    const first = await ask([user])
    expect(first.status, first.text).toBe(200)
    const { message } = first.body.choices[0]
    const empty = {
      refusal: null,
      tool_calls: [],
      audio: null,
      annotations: [],
      function_call: null,
      name: null,
    }
    for (const reply of [message, { ...message, ...empty }, { ...message, tool_calls: null }]) {
      const again = await ask([user, reply, user])
      expect(again.status, again.text).toBe(200)
    }
    const called = await ask([user, { ...message, tool_calls: [{ id: 'x' }] }, user])
    expect(called.status).toBe(400)
  })

  it('takes neutral values that other clients always send', async () => {
    const { key } = await tenantWithKey()
    const messages = [{ role: 'user', content: '안녕하세요?' }]
    const body = { model, messages, ignore_eos: false, frequency_penalty: 0 }
    expect((await call('POST', '/v1/chat/completions', { token: key, body })).status).toBe(200)
    const ignoring = { ...body, ignore_eos: true }
    expect((await call('POST', '/v1/chat/completions', { token: key, body: ignoring })).status).toBe(400)
  })
})

describe('an empty number of a query', () => {
  it.each(['', '%20'])('(%j) is not given, and no 0', async (empty) => {
    const { key } = await tenantWithKey()
    const body = { model, question: '수도는?', answer: '서울' }
    expect((await call('POST', '/v1/judgments', { token: key, body })).body.rating).toBeGreaterThan(0)
    const query = `min_rating=${empty}&max_rating=${empty}&limit=${empty}`
    const listed = await call('GET', `/v1/judgments?${query}`, { token: key })
    expect([listed.status, listed.body.data?.length], listed.text).toEqual([200, 1])
    const evaluations = await call('GET', `/v1/evaluations?limit=${empty}`, { token: key })
    expect(evaluations.status, evaluations.text).toBe(200)
  })
})
