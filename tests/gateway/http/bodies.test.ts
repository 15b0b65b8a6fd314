import { exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { apiRoute } from '../../../gateway/http/api.ts'
import { ByteBudget } from '../../../gateway/platform/byte-budget.ts'
import { call, catchMails, settled, tenantWithKey } from '../access/gate.ts'
import { atNodeTest, toCompletion } from '../fake-node.ts'

let key: string
let nodeCalls = 0
beforeEach(async () => {
  catchMails()
  nodeCalls = 0
  atNodeTest((path) => {
    if (path === '/v1/models') return Response.json({ object: 'list', data: [{ id: 'judge' }] })
    nodeCalls++
    return toCompletion('Rating: [[7]]')
  })
  key = (await tenantWithKey()).key
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

async function send(path: string, body: BodyInit | null, headers: Record<string, string> = {}) {
  const response = await exports.default.fetch(
    new Request(`https://keval.test${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      body,
    }),
  )
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text), headers: response.headers }
}

const request = JSON.stringify({ model: 'judge', question: '수도는?', answer: '서울' })
const utf8 = (text: string) => new TextEncoder().encode(text)
/** "한국" in CP949 where the answer stands. */
const cp949 = () => {
  const [before, after] = request.split('서울') as [string, string]
  return new Uint8Array([...utf8(before), 0xc7, 0xd1, 0xb1, 0xb9, ...utf8(after)])
}
const gzip = async (text: string) =>
  new Uint8Array(
    await new Response(
      new Response(text).body!.pipeThrough(new CompressionStream('gzip')) as ReadableStream,
    ).arrayBuffer(),
  )

async function judgmentCount(): Promise<number> {
  return (await call('GET', '/v1/judgments', { token: key })).body.data.length
}

describe('text that is not Unicode', () => {
  it('is refused in a JSON body before any node sees it, and nothing is stored', async () => {
    for (const body of [
      cp949(),
      request.replace('서울', '\\ud800'),
      request.replace('서울', '\\uDC00\\uD800'),
      request.replace('"answer"', '"x\\udfff": 1, "answer"'),
      new Uint8Array([
        ...utf8('{"model":"judge","question":"'),
        0xed,
        0xa0,
        0x80,
        ...utf8('","answer":"x"}'),
      ]),
    ]) {
      const answer = await send('/v1/judgments', body)
      expect(answer.status).toBe(400)
      expect(answer.body).toMatchObject({ code: 'invalid_encoding', source: 'gateway' })
    }
    expect(nodeCalls).toBe(0)
    expect(await judgmentCount()).toBe(0)
  })

  it('is named by its field', async () => {
    const chat = { model: 'judge', messages: [{ role: 'user', content: 'x' }] }
    const body = JSON.stringify(chat).replace('"x"', '"\\ud83d"')
    const answer = await send('/v1/chat/completions', body)
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({ code: 'invalid_encoding', param: 'messages.0.content' })
  })

  it('is not confused with escaped pairs and backslashes', async () => {
    for (const text of ['\\ud83d\\ude00', '\\\\ud800']) {
      const answer = await send('/v1/judgments', request.replace('서울', text))
      expect(answer.status, text).toBe(200)
    }
  })

  it('is refused in uploads, form fields and batch files, with line and field', async () => {
    const good = JSON.stringify({ question: 'a', answer: 'b' })
    const rows = `${good}\n${good.replace('"b"', '"\\ud800"')}\n`
    const lines = await send('/v1/evaluations?model=judge', rows, { 'content-type': 'application/x-ndjson' })
    expect(lines.status).toBe(400)
    expect(lines.body.errors[0].field).toContain('line 2')
    expect(lines.body.errors[0].field).toContain('answer')

    const boundary = 'x-boundary'
    const field = new Uint8Array([
      ...utf8(`--${boundary}\r\nContent-Disposition: form-data; name="name"\r\n\r\n`),
      0xc7,
      0xd1,
      ...utf8(
        `\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${good}\r\n--${boundary}--\r\n`,
      ),
    ])
    const multipart = { 'content-type': `multipart/form-data; boundary=${boundary}` }
    const form = await send('/v1/evaluations?model=judge', field, multipart)
    expect(form.status).toBe(400)
    expect(form.body).toMatchObject({ code: 'invalid_encoding', errors: [{ field: 'name' }] })

    const file = new Uint8Array([
      ...utf8(
        `--${boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n{}\n`,
      ),
      0xc7,
      0xd1,
      ...utf8(`\r\n--${boundary}--\r\n`),
    ])
    const uploaded = await send('/v1/files', file, multipart)
    expect(uploaded.status).toBe(400)
    expect(uploaded.body.error).toMatchObject({ code: 'invalid_encoding', param: 'file line 2' })
  })

  it('is refused in the address and in forms of the console', async () => {
    const inQuery = await send('/v1/evaluations?model=judge&name=%C7%D1', '{}', {
      'content-type': 'application/x-ndjson',
    })
    expect(inQuery.body).toMatchObject({ code: 'invalid_encoding' })
    const inForm = await send('/sign-in', 'key=%C7%D1', {
      'content-type': 'application/x-www-form-urlencoded',
    })
    expect(inForm.body).toMatchObject({ code: 'invalid_encoding' })
  })
})

it('a field of an uploaded file that has no effect is refused, not ignored', async () => {
  const form = new FormData()
  form.set('purpose', 'batch')
  form.set('expires_after[anchor]', 'created_at')
  form.set('file', new File(['{}'], 'input.jsonl'))
  const response = await exports.default.fetch('https://keval.test/v1/files', {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: form,
  })
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({
    error: { code: 'invalid_request', param: 'expires_after[anchor]' },
  })
})

describe('a body', () => {
  it('that is required is not taken for {}', async () => {
    for (const type of ['application/json', 'text/plain']) {
      const answer = await send('/v1/judgments', null, { 'content-type': type })
      expect(answer.body).toMatchObject({ code: 'invalid_request', errors: [{ field: 'body' }] })
    }
    const application = await send('/v1/applications', null)
    expect(application.status).toBe(400)
  })

  it('may be gzip, within the bound of what it decompresses to', async () => {
    const header = { 'content-encoding': 'gzip' }
    expect((await send('/v1/judgments', await gzip(request), header)).status).toBe(200)
    const bomb = await gzip(request.replace('서울', ' '.repeat(20_000_000)))
    expect((await send('/v1/judgments', bomb, header)).body).toMatchObject({ code: 'body_too_large' })
    expect((await send('/v1/judgments', request, header)).body).toMatchObject({ code: 'incomplete_body' })
    const cut = (await gzip(request)).slice(0, -12)
    expect((await send('/v1/judgments', cut, header)).body).toMatchObject({ code: 'incomplete_body' })
    const rows = await gzip(`${JSON.stringify({ question: 'a', answer: 'b' })}\n`)
    const upload = await send('/v1/evaluations?model=judge&preview=true', rows, {
      ...header,
      'content-type': 'application/x-ndjson',
    })
    expect(upload.status).toBe(200)
  })

  it('may not expand to hundreds of times what was sent', async () => {
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/x-ndjson' }
    const upload = async (answer: string, count: number) => {
      const line = `${JSON.stringify({ question: '질문', answer })}\n`
      return send('/v1/evaluations?model=judge&preview=true', await gzip(line.repeat(count)), headers)
    }
    const bomb = await upload('같은 답 '.repeat(5000), 800)
    expect([bomb.status, bomb.body.reason]).toEqual([413, 'expands_too_far'])
    expect(bomb.body.detail).toContain('100')
    // a small body may: so much does no harm
    expect((await upload('같은 답 '.repeat(5000), 400)).status).toBe(200)
  })

  it('in another compression is refused by name', async () => {
    const answer = await send('/v1/judgments', request, { 'content-encoding': 'br' })
    expect(answer.body).toMatchObject({ code: 'unsupported_media_type' })
    expect(answer.body.detail).toContain('gzip')
  })

  it('without a bound cannot be declared', () => {
    const route = { method: 'post', path: '/x', responses: {} } as const
    const body = { content: { 'application/json': { schema: {} } } }
    // @ts-expect-error a body needs a bound
    expect(() => apiRoute({ access: 'open' }, { ...route, request: { body } })).toThrow('bound')
    // @ts-expect-error a bound needs a body
    expect(() => apiRoute({ access: 'open', bodyLimit: 1 }, route)).toThrow('bound')
  })
})

describe('a budget of bytes', () => {
  it('is shared by all leases, and counts none that is released or idle', () => {
    let now = 0
    const budget = new ByteBudget(10, () => now)
    const one = budget.lease()
    const other = budget.lease()
    expect(one.grow(8)).toBe(true)
    expect(other.grow(3)).toBe(false)
    one.release()
    expect(other.grow(3)).toBe(true)
    now = 100_000
    expect(budget.lease().grow(10)).toBe(true)
  })
})
