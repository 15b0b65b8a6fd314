import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startCommand } from './command.ts'
import { type Behaviour, fail, startTargetServer, stream, type TargetServer } from './target-server.ts'

/** `keval answer` against servers whose bodies are those of vLLM and Ollama. */

let target: TargetServer
let folder: string

beforeEach(async () => {
  target = await startTargetServer()
  folder = mkdtempSync(join(tmpdir(), 'keval-servers-'))
})
afterEach(async () => {
  await target.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Asks questions, one after the other. */
async function ask(args: string[] = [], texts: string[] = ['질문']) {
  const file = join(folder, 'questions.jsonl')
  writeFileSync(file, texts.map((question) => `${JSON.stringify({ question })}\n`).join(''))
  const out = join(folder, 'answers.jsonl')
  const fixed = ['--target', target.url, '--target-model', 'org/model', '--questions', file, '--out', out]
  const { ended } = startCommand(['answer', ...fixed, '--concurrency', '1', ...args], {
    XDG_CACHE_HOME: folder,
  })
  const read = (path: string) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line))
  return { ...(await ended), rows: () => read(out), answers: () => read(`${out}.journal`).slice(1) }
}

const whole =
  (choice: object, more: object = {}): Behaviour =>
  (_, response) =>
    response.end(JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion', choices: [choice], ...more }))

describe('vLLM', () => {
  const error = (message: string, type: string, code: number) =>
    JSON.stringify({ error: { message, type, param: null, code } })
  /** The body of versions that do not nest the error yet. */
  const flatError = (message: string, type: string, code: number) =>
    JSON.stringify({ object: 'error', message, type, param: null, code })
  const usage = { prompt_tokens: 21, total_tokens: 29, completion_tokens: 8, prompt_tokens_details: null }
  const message = { role: 'assistant', refusal: null, annotations: null, audio: null, tool_calls: [] }
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason, stop_reason: null }],
  })

  it.each([
    ['nested', error('The model `org/model` does not exist.', 'NotFoundError', 404)],
    ['flat', flatError('The model `org/model` does not exist.', 'NotFoundError', 404)],
  ])('that has no such model is asked once (%s error)', async (_, body) => {
    target.behaviour = fail(404, {}, body)
    const { code, err } = await ask([], ['하나', '둘'])
    expect([code, target.requests.length]).toEqual([4, 1])
    expect(err).toContain('404 The model `org/model` does not exist.')
  })

  it('that refuses a prompt as too long fails this question alone', async () => {
    const tooLong = "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens."
    target.next = [fail(400, {}, error(tooLong, 'BadRequestError', 400))]
    const { code, err, rows } = await ask([], ['긴 질문', '질문'])
    expect([code, rows().length, target.requests.length]).toEqual([5, 1, 2])
    expect(err).toContain(tooLong)
  })

  it('that validates with FastAPI shows what it refuses', async () => {
    target.next = [fail(422, {}, '{"detail":[{"loc":["body","seed"],"msg":"Input should be an integer"}]}')]
    const { err } = await ask([], ['하나', '둘'])
    expect(err).toContain('Input should be an integer')
  })

  it('that is overloaded or restarts its engine is asked again', async () => {
    const dead = 'EngineCore encountered an issue. See stack trace (above) for the root cause.'
    target.next = [
      fail(503, { 'retry-after': '1' }, error('Server is overloaded.', 'ServiceUnavailable', 503)),
      fail(
        429,
        { 'retry-after': new Date(Date.now() + 1000).toUTCString() },
        '{"error":"Too many requests"}',
      ),
      fail(500, {}, flatError(dead, 'InternalServerError', 500)),
      // a proxy before it, while it loads the model
      fail(502, { 'content-type': 'text/html' }, '<html><h1>502 Bad Gateway</h1></html>'),
      stream([chunk({ role: 'assistant', content: '좋' }), { error: { message: dead, code: 500 } }]),
    ]
    const { code, err, rows } = await ask()
    expect(code, err).toBe(0)
    expect([target.requests.length, rows().length]).toEqual([6, 1])
    expect(target.arrivals[1]! - target.arrivals[0]!).toBeGreaterThan(950)
  })

  it('that is told to come back later than anyone waits is not waited for', async () => {
    target.behaviour = fail(429, { 'retry-after': '86400' }, error('Quota exceeded.', 'RateLimitError', 429))
    const { err } = await ask()
    expect(target.requests).toHaveLength(1)
    expect(err).toContain('429 Quota exceeded.')
  })

  it.each(['reasoning_content', 'reasoning'])(
    'with a null content and %s: the answer is empty and cut',
    async (field) => {
      const choice = {
        index: 0,
        message: { ...message, content: null, [field]: '바다를 생각' },
        finish_reason: 'length',
      }
      target.behaviour = whole(choice, { usage })
      const { err, answers } = await ask(['--no-stream'])
      expect(err).toContain('1 empty')
      expect(err).toContain('1 cut off at the token limit')
      expect(answers()).toMatchObject([
        { answer: '', reasoning: '바다를 생각', finish_reason: 'length', usage: { completion_tokens: 8 } },
      ])
    },
  )

  it('with both names of the reasoning gives it once', async () => {
    const both = (text: string) => ({ reasoning_content: '', reasoning: text })
    target.behaviour = stream([
      chunk({ role: 'assistant', content: '' }),
      chunk(both('바다를 ')),
      chunk({ reasoning_content: '생각', reasoning: '생각' }),
      chunk({ content: '파도' }),
      chunk({ content: '' }, 'stop'),
    ])
    const { answers } = await ask()
    expect(answers()).toMatchObject([{ answer: '파도', reasoning: '바다를 생각', usage: null }])
  })

  it('that streams although nobody asked is read', async () => {
    target.behaviour = stream([
      chunk({ role: 'assistant', content: '파도' }),
      chunk({}, 'stop'),
      { choices: [], usage },
    ])
    const { answers } = await ask(['--no-stream'])
    expect(target.requests[0]).not.toHaveProperty('stream')
    expect(answers()).toMatchObject([{ answer: '파도', finish_reason: 'stop', usage: { prompt_tokens: 21 } }])
  })
})

describe('Ollama', () => {
  const error = (text: string, type = 'api_error') =>
    JSON.stringify({ error: { message: text, type, param: null, code: null } })
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    system_fingerprint: 'fp_ollama',
    choices: [{ index: 0, delta: { role: 'assistant', ...delta }, finish_reason }],
  })

  it.each([
    ['OpenAI’s shape', error("model 'org/model' not found", 'not_found_error')],
    ['its own', JSON.stringify({ error: "model 'org/model' not found" })],
  ])('that has not pulled the model is asked once (error in %s)', async (_, body) => {
    target.behaviour = fail(404, {}, body)
    const { code, err } = await ask([], ['하나', '둘'])
    expect([code, target.requests.length]).toEqual([4, 1])
    expect(err).toContain("404 model 'org/model' not found")
  })

  it('that is busy, or whose runner has died, is asked again', async () => {
    target.next = [
      fail(503, {}, error('server busy, please try again.  maximum pending requests exceeded')),
      fail(500, {}, error('llama runner process has terminated: signal: killed')),
      (_, response) => response.destroy(),
    ]
    const { code, err, rows } = await ask()
    expect(code, err).toBe(0)
    expect([target.requests.length, rows().length]).toEqual([4, 1])
  })

  it('whose answer lacks usage and a reason for its end is taken as it is', async () => {
    target.behaviour = whole({
      index: 0,
      message: { role: 'assistant', content: '파도' },
      finish_reason: null,
    })
    const { code, answers } = await ask(['--no-stream'])
    expect(code).toBe(0)
    expect(answers()).toMatchObject([{ answer: '파도', finish_reason: null, usage: null, refused: false }])
  })

  it('that thinks: the reasoning is kept apart', async () => {
    target.behaviour = stream([
      chunk({ content: '', reasoning: '바다를 ' }),
      chunk({ content: '', reasoning: '생각' }),
      chunk({ content: '파도' }),
      chunk({ content: '' }, 'stop'),
    ])
    const { answers } = await ask()
    expect(answers()).toMatchObject([{ answer: '파도', reasoning: '바다를 생각', usage: null }])
  })

  it('that answers whole although a stream was asked for is read', async () => {
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
    target.behaviour = whole(
      { index: 0, message: { role: 'assistant', content: '파도' }, finish_reason: 'stop' },
      { usage },
    )
    const { answers } = await ask()
    expect(target.requests[0]).toMatchObject({ stream: true })
    expect(answers()).toMatchObject([{ answer: '파도', usage }])
  })
})
