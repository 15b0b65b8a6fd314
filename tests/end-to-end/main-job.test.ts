import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleJudgment } from '../../gateway/console/pages/start/example-judgment.ts'
import { type Started, start, temporaryState } from './start.ts'

const state = temporaryState()
let started: Started

beforeAll(async () => {
  started = await start({ KEVAL_STATE: state.path })
})
afterAll(async () => {
  await started.stop()
  state.remove()
})

const post = (body: unknown, key = started.key, path = '/v1/judgments') =>
  fetch(`${started.gateway}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const get = (path: string) =>
  fetch(`${started.gateway}${path}`, { headers: { authorization: `Bearer ${started.key}` } })
const nodeTokens = async () => {
  const headers = { authorization: `Bearer ${started.nodeSecret}` }
  const metrics = await (await fetch(`${started.node}/metrics`, { headers })).text()
  return metrics
    .split('\n')
    .filter((line) => /^[a-z_:]*generated_tokens_total/.test(line))
    .map((line) => Number(line.split(' ').at(-1)))
    .reduce((sum, count) => sum + count, 0)
}

describe('what the start prints', () => {
  it('can be pasted as it stands', async () => {
    const body = /-d '(\{.*\})'/.exec(started.output())![1]!
    const response = await post(body)
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ object: 'judgment', model: 'keval-mini' })
  })

  it('leads to pages whose sample call can be pasted too', async () => {
    for (const path of ['/', '/docs']) {
      const page = await (await fetch(started.gateway + path)).text()
      const body = /-d &#39;(\{[^}]*\})&#39;/.exec(page)![1]!.replaceAll('&quot;', '"')
      const response = await post(body)
      expect(response.status, body).toBe(200)
    }
  })

  it('says that keval-mini is not keval', () => {
    expect(started.output()).toMatch(/keval-mini: .*It is not keval/)
  })
})

describe('the node that was started', () => {
  it('has been asked how it is', async () => {
    const headers = { authorization: `Bearer ${started.adminSecret}` }
    const nodes = async () => (await fetch(`${started.gateway}/admin/v1/nodes`, { headers })).json()
    const up = { health: expect.objectContaining({ state: 'up', models: ['keval-mini'] }) }
    await expect.poll(nodes, { timeout: 20_000 }).toMatchObject({ data: [up] })
  })
})

describe('a judgment', () => {
  const request = {
    model: 'keval-mini',
    question: '물의 화학식은 무엇인가요?',
    answer: '물의 화학식은 H2O입니다.',
  }

  it('is made by the node, stored, and repeated from the cache without it', async () => {
    const first = await post(request)
    expect(first.status).toBe(200)
    expect(first.headers.get('cache-status')).toMatch(/fwd=miss/)
    const text = await first.text()
    const judgment = JSON.parse(text)
    expect(judgment).toMatchObject({ template: 'single-v1', verdict: 'rated', finish_reason: 'stop' })
    expect(judgment.rating).toBeGreaterThanOrEqual(0)
    expect(judgment.rating).toBeLessThanOrEqual(10)
    expect(judgment.usage.completion_tokens).toBeGreaterThan(5)
    expect(judgment.provenance.weights_digest).toMatch(/^[0-9a-f]{64}$/)

    const before = await nodeTokens()
    expect(before).toBeGreaterThan(0)
    const again = await post({ answer: request.answer, question: request.question, model: request.model })
    expect(again.headers.get('cache-status')).toMatch(/; hit/)
    expect(await again.text()).toBe(text)
    expect(await nodeTokens()).toBe(before)

    const listed = await (await get('/v1/judgments')).json()
    expect((listed as { data: { id: string }[] }).data.map(({ id }) => id)).toContain(judgment.id)
    const input = { question: request.question, answer: request.answer }
    expect(await (await get(`/v1/judgments/${judgment.id}`)).json()).toEqual({ ...judgment, input })
  })

  it('is on the start page as the model makes it today', async () => {
    const { made: _, explanation, rating, ...request } = exampleJudgment
    expect(await (await post(request)).json()).toMatchObject({ explanation, rating })
  })

  it.each([
    [{ question: '2 + 3은?', answer: '5입니다.', reference: '5' }, 'single-math-v1'],
    [
      {
        turns: [
          { question: '바다는?', answer: '넓습니다.' },
          { question: '산은?', answer: '높습니다.' },
        ],
      },
      'single-v1-multi-turn',
    ],
    [
      {
        turns: [
          { question: '2 + 3은?', answer: '5', reference: '5' },
          { question: '두 배는?', answer: '10', reference: '10' },
        ],
      },
      'single-math-v1-multi-turn',
    ],
  ])('is made with every template: %j', async (texts, template) => {
    const response = await post({ model: 'keval-mini', ...texts })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      object: 'judgment',
      template,
      text: expect.stringMatching(/./),
    })
  })
})

describe('bad input', () => {
  const good = { model: 'keval-mini', question: '질문', answer: '답' }
  const count = async () =>
    ((await (await get('/v1/judgments?limit=100')).json()) as { data: unknown[] }).data.length

  it.each([
    [
      'no key',
      () => fetch(`${started.gateway}/v1/judgments`, { method: 'POST' }),
      401,
      'missing_api_key',
      null,
    ],
    ['mistyped key', () => post(good, `${started.key.slice(0, -1)}!`), 401, 'malformed_api_key', null],
    ['unknown template', () => post({ ...good, template: 'pair-v2' }), 400, 'invalid_request', 'template'],
    ['missing answer', () => post({ ...good, answer: undefined }), 400, 'invalid_request', 'answer'],
    ['wrong type', () => post({ ...good, answer: 7 }), 400, 'invalid_request', 'answer'],
    ['unknown field', () => post({ ...good, temprature: 0 }), 400, 'invalid_request', 'temprature'],
    ['out of bounds', () => post({ ...good, temperature: 3 }), 400, 'invalid_request', 'temperature'],
    ['not JSON', () => post('{"model":'), 400, 'invalid_json', null],
    ['an array', () => post([good]), 400, 'invalid_request', null],
    ['unknown model', () => post({ ...good, model: 'gpt-4' }), 404, 'model_not_found', 'model'],
    ['5 MB', () => post({ ...good, answer: '가'.repeat(1_700_000) }), 413, 'body_too_large', null],
    [
      'too long for the model',
      () => post({ ...good, answer: '가나다 '.repeat(20_000) }),
      400,
      'context_length_exceeded',
      null,
    ],
  ])('%s: a clear error, nothing stored', async (_, send, status, code, field) => {
    const before = await count()
    const response = await send()
    const problem = (await response.json()) as Record<string, unknown>
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect({ status: response.status, code: problem.code }).toEqual({ status, code })
    expect(problem.request_id).toBe(response.headers.get('x-request-id'))
    if (field !== null) expect(problem.errors).toContainEqual(expect.objectContaining({ field }))
    expect(await count()).toBe(before)
  })
})
