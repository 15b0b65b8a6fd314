import { exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { configuredNodes } from '../../../gateway/nodes/node.ts'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { atNodeTest } from '../fake-node.ts'

const admin = 'admin-secret-of-the-tests-000000000000'
const model = 'keval-2-9b'
const node = { answer: () => new Response(null, { status: 500 }) as Response, calls: 0 }
let key: string

beforeEach(async () => {
  catchMails()
  node.calls = 0
  atNodeTest((path) => {
    if (path === '/v1/models') return Response.json({ data: [{ id: model }, { id: 'org/judge' }] })
    node.calls += 1
    return node.answer()
  })
  key = (await tenantWithKey()).key
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

let serial = 0
const judge = () =>
  call('POST', '/v1/judgments', { token: key, body: { model, question: '질문', answer: `답 ${serial++}` } })
const chat = (more: object = {}) =>
  call('POST', '/v1/chat/completions', {
    token: key,
    body: { model, messages: [{ role: 'user', content: '안녕' }], ...more },
  })
/** A streamed chat as its text. */
async function streamed(): Promise<string> {
  const response = await exports.default.fetch(
    new Request('https://keval.test/v1/chat/completions', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model, stream: true, messages: [{ role: 'user', content: '안녕' }] }),
    }),
  )
  return response.text()
}
const choice = { index: 0, message: { role: 'assistant', content: 'Rating: [[7]]' }, finish_reason: 'stop' }

describe('unusual answers of a node', () => {
  it('are read where nothing that matters is missing', async () => {
    const { index: _, ...withoutIndex } = choice
    for (const body of [
      { choices: [choice], usage: {} },
      { choices: [choice], usage: { prompt_tokens: null, completion_tokens: null } },
      { choices: [choice], usage: null },
      { choices: [choice], usage: 'none', keval: null },
      { choices: [withoutIndex], extra: { anything: [1] } },
      { choices: [{ ...choice, index: null, keval: null }] },
    ]) {
      node.answer = () => Response.json(body)
      const answer = await judge()
      expect(answer.status, JSON.stringify(body)).toBe(200)
      expect(answer.body).toMatchObject({ rating: 7, usage: { prompt_tokens: expect.any(Number) } })
    }
  })

  it('are read in streams, with a trailing chunk without choices', async () => {
    const events = [
      { choices: [{ index: 0, delta: { role: 'assistant' }, finish_reason: null }] },
      { choices: [{ delta: { content: 'Rating: [[7]]' }, finish_reason: null }], usage: null },
      { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
      { usage: { prompt_tokens: null } },
      { choices: null },
    ]
    node.answer = () =>
      new Response(
        `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')}data: [DONE]\n\n`,
        { headers: { 'content-type': 'text/event-stream' } },
      )
    const text = await streamed()
    expect(text).toContain('[[7]]')
    expect(text).not.toContain('"error"')
  })

  it('fail where they hold an error in the middle of a stream, or text that is not UTF-8', async () => {
    node.answer = () =>
      new Response('data: {"error":{"message":"CUDA out of memory"}}\n\ndata: [DONE]\n\n', {
        headers: { 'content-type': 'text/event-stream' },
      })
    expect(await streamed()).toContain('node_failed')
    const [before, after] = JSON.stringify({ choices: [choice] }).split('Rating') as [string, string]
    const bytes = new Uint8Array([
      ...new TextEncoder().encode(before),
      0xc7,
      0xd1,
      ...new TextEncoder().encode(after),
    ])
    node.answer = () => new Response(bytes, { headers: { 'content-type': 'application/json' } })
    expect((await judge()).body).toMatchObject({ code: 'node_failed' })
  })
})

describe("a client's mistake that a node finds", () => {
  it('is a 400 with the field, asked once and never held against the node', async () => {
    node.answer = () =>
      Response.json(
        { error: { message: 'roles must alternate\u001b[2J', param: 'messages', type: 'BadRequestError' } },
        { status: 400 },
      )
    for (let round = 0; round < 8; round++) {
      node.calls = 0
      const answer = await chat()
      expect(answer.status).toBe(400)
      expect(answer.body.error).toMatchObject({
        code: 'invalid_request',
        param: 'messages',
        source: 'node',
        reason: 'node_refused',
        message: 'The node rejected the request: roles must alternate [2J',
      })
      expect(node.calls).toBe(1)
    }
    node.answer = () => Response.json({ choices: [choice] })
    expect((await judge()).status).toBe(200)
  })

  it('is found by the gateway first where both know the rule', async () => {
    for (const [more, param] of [
      [{ top_logprobs: 2 }, 'top_logprobs'],
      [{ max_tokens: 2, max_completion_tokens: 3 }, 'max_tokens'],
      [{ stream_options: { include_usage: true } }, 'stream_options'],
    ] as const) {
      const answer = await chat(more)
      expect(answer.status).toBe(400)
      expect(answer.body.error).toMatchObject({ param, source: 'gateway' })
    }
    expect(node.calls).toBe(0)
  })
})

describe('addresses of nodes', () => {
  it('hold no credentials, in the registry and in the configuration', async () => {
    for (const url of ['https://user:secret@node.example', 'ftp://node.example', 'localhost:8000']) {
      const answer = await call('POST', '/admin/v1/nodes', { token: admin, body: { id: 'n', url } })
      expect(answer.status).toBe(400)
      expect(answer.body.errors[0].field).toBe('url')
      expect(answer.text).not.toContain('secret@')
    }
    for (const NODES of ['localhost:9300', 'http://good.test,http://u:hidden@bad.test']) {
      expect(() => configuredNodes({ NODES })).toThrow(/NODES: address/)
      expect(() => configuredNodes({ NODES })).not.toThrow(/hidden/)
    }
  })

  it('that move to another origin need their secret again', async () => {
    const body = { id: 'moving', url: 'http://node.test/a', secret: 'first-secret' }
    expect((await call('POST', '/admin/v1/nodes', { token: admin, body })).status).toBe(201)
    const change = (changes: object) =>
      call('PATCH', '/admin/v1/nodes/moving', { token: admin, body: changes })
    expect((await change({ url: 'http://node.test/b' })).status).toBe(200)
    const moved = await change({ url: 'http://other.test' })
    expect(moved.status).toBe(400)
    expect(moved.body.errors).toMatchObject([{ field: 'secret' }])
    expect((await change({ url: 'http://other.test', secret: 'second-secret' })).status).toBe(200)
    await call('DELETE', '/admin/v1/nodes/moving', { token: admin })
  })
})

describe('secrets of nodes', () => {
  it('that no header carries are refused, and not repeated', async () => {
    for (const secret of ['노드의-비밀', 'two\nlines', ' padded-secret']) {
      const body = { id: 'n', url: 'http://node.test', secret }
      const answer = await call('POST', '/admin/v1/nodes', { token: admin, body })
      expect(answer.status).toBe(400)
      expect(answer.body.errors).toMatchObject([{ field: 'secret', code: 'format_bearer' }])
      expect(answer.text).not.toContain(secret)
    }
  })
})

describe('the map of the API', () => {
  it('shows one model, also with a slash in its name', async () => {
    for (const path of [model, 'org%2Fjudge', 'org/judge']) {
      const answer = await call('GET', `/v1/models/${path}`, { token: key })
      expect(answer.body).toMatchObject({ id: decodeURIComponent(path), object: 'model' })
    }
    const unknown = await call('GET', '/v1/models/none', { token: key })
    expect(unknown.status).toBe(404)
    expect(unknown.body.error).toMatchObject({ code: 'model_not_found' })
  })

  it('answers unknown paths with what exists, and wrong methods with the right ones', async () => {
    const unknown = await call('POST', '/v1/embeddings', { token: key, body: {} })
    expect(unknown.status).toBe(404)
    expect(unknown.body.error).toMatchObject({ code: 'not_found' })
    expect(unknown.body.error.message).toContain('/v1/chat/completions')
    const wrong = await call('DELETE', '/v1/chat/completions', { token: key })
    expect(wrong.status).toBe(405)
    expect(wrong.headers.get('allow')).toBe('POST')
    const page = await call('GET', '/v1/nothing', { headers: { accept: 'text/html' } })
    expect(page.body).toMatchObject({ code: 'not_found' })
  })

  it('has its health under both names, also for HEAD', async () => {
    for (const path of ['/health', '/healthz']) {
      expect((await call('GET', path)).body).toEqual({ status: 'ok' })
      expect((await call('HEAD', path)).status).toBe(200)
    }
  })
})
