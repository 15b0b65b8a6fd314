import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { text } from 'node:stream/consumers'
import OpenAI, { toFile } from 'openai'
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway
let client: OpenAI

beforeAll(async () => {
  node = await judgingNode('judge')
  gateway = await startEvaluating({ NODES: node.url })
  client = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})
afterEach(() => {
  node.asked.length = 0
  node.delayMs = 0
  node.write = () => 'Rating: [[5]]'
})

const line = (id: string, content: string, over: object = {}) => ({
  custom_id: id,
  method: 'POST',
  url: '/v1/chat/completions',
  body: { model: 'judge', messages: [{ role: 'user', content }], ...over },
})

async function begin(lines: object[]) {
  const text = lines.map((one) => JSON.stringify(one)).join('\n')
  const file = await client.files.create({
    purpose: 'batch',
    file: await toFile(Buffer.from(text), 'input.jsonl'),
  })
  expect(file).toMatchObject({ object: 'file', bytes: Buffer.byteLength(text), filename: 'input.jsonl' })
  return client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
    metadata: { run: '1' },
  })
}

const ended = (id: string) =>
  vi.waitFor(
    async () => {
      const batch = await client.batches.retrieve(id)
      expect(['completed', 'failed', 'cancelled', 'expired']).toContain(batch.status)
      return batch
    },
    { timeout: 40_000, interval: 100 },
  )

const readLines = async (fileId: string) =>
  (await (await client.files.content(fileId)).text())
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))

it('runs to its output and error files with the official client', async () => {
  node.write = ({ messages }) => `echo ${messages[0]!.content}`
  const count = 45
  const begun = await begin([
    ...Array.from({ length: count }, (_, index) => line(`good-${index}`, `text ${index}`)),
    line('unknown-model', 'x', { model: 'nobody' }),
    line('wrong-field', 'x', { temperature: 9 }),
  ])
  expect(begun).toMatchObject({
    object: 'batch',
    status: 'validating',
    in_progress_at: null,
    expires_at: begun.created_at + 86_400,
    metadata: { run: '1' },
  })
  const batch = await ended(begun.id)
  expect(batch).toMatchObject({
    status: 'completed',
    request_counts: { total: count + 2, completed: count, failed: 2 },
  })
  const output = await readLines(batch.output_file_id!)
  expect(output).toHaveLength(count)
  for (const { custom_id, response, error } of output) {
    expect(error).toBeNull()
    expect(response.status_code).toBe(200)
    expect(response.body.choices[0].message.content).toBe(`echo text ${custom_id.split('-')[1]}`)
  }
  const errors = await readLines(batch.error_file_id!)
  expect(
    errors.map(({ custom_id, response }) => [custom_id, response.status_code, response.body.error.code]),
  ).toEqual([
    ['unknown-model', 404, 'model_not_found'],
    ['wrong-field', 400, 'invalid_request'],
  ])
  expect(node.asked).toHaveLength(count)
  const file = await client.files.retrieve(batch.output_file_id!)
  const content = await (await client.files.content(file.id)).text()
  expect(file.bytes).toBe(Buffer.byteLength(content))
  const listed = []
  for await (const one of client.batches.list({ limit: 1 })) listed.push(one.id)
  expect(listed).toContain(begun.id)
  const page = await gateway.get<{ first_id: string; last_id: string }>('/v1/batches')
  expect([page.first_id, page.last_id]).toEqual([listed[0], listed.at(-1)])
})

it('keeps a file byte for byte, and counts its empty lines where it names a wrong one', async () => {
  const text = `\ufeff${JSON.stringify(line('a', 'x'))}\r\n\r\n\n${JSON.stringify(line('b', '둘'))}\n \n`
  const upload = async (content: string) =>
    client.files.create({ purpose: 'batch', file: await toFile(Buffer.from(content), 'input.jsonl') })
  const run = async (id: string) => {
    const begun = await client.batches.create({
      input_file_id: id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
    })
    return ended(begun.id)
  }
  const file = await upload(text)
  const kept = Buffer.from(await (await client.files.content(file.id)).arrayBuffer())
  expect(kept.equals(Buffer.from(text))).toBe(true)
  expect(await run(file.id)).toMatchObject({ status: 'completed', request_counts: { completed: 2 } })

  const wrong = await run((await upload(`${text}nonsense`)).id)
  expect(wrong.errors!.data!.map(({ line, code }) => [line, code])).toEqual([[6, 'invalid_json_line']])
})

it('lists files of one purpose, in either order', async () => {
  const { input_file_id: input, output_file_id: output } = await ended((await begin([line('a', 'x')])).id)
  const ids = async (query: { purpose?: string; order?: 'asc' | 'desc' }) => {
    const found = []
    for await (const { id } of client.files.list({ limit: 1, ...query })) found.push(id)
    return found
  }
  const newest = await ids({})
  expect(newest.indexOf(output!)).toBeLessThan(newest.indexOf(input))
  expect(await ids({ order: 'asc' })).toEqual(newest.toReversed())
  expect(await ids({ purpose: 'batch_output' })).toContain(output)
  expect(await ids({ purpose: 'batch_output' })).not.toContain(input)
  expect(await ids({ purpose: 'fine-tune' })).toEqual([])
})

it('names the lines of a wrong input, and runs none of them', async () => {
  const begun = await begin([
    line('a', 'x'),
    line('a', 'y'),
    { ...line('b', 'x'), url: '/v1/embeddings' },
    { ...line('c', 'x'), method: 'GET' },
    { method: 'POST', url: '/v1/chat/completions', body: {} },
  ])
  const batch = await ended(begun.id)
  expect([batch.status, batch.request_counts!.total]).toEqual(['failed', 0])
  expect(batch.errors!.data!.map(({ line, code, param }) => [line, code, param])).toEqual([
    [2, 'duplicate_custom_id', 'custom_id'],
    [3, 'invalid_url', 'url'],
    [4, 'invalid_method', 'method'],
    [5, 'missing_required_parameter', 'custom_id'],
  ])
  expect(node.asked).toHaveLength(0)
})

it('refuses a poisoned line by itself: nested without end, no Unicode, streamed; the others are answered', async () => {
  const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  const lines = [
    JSON.stringify(line('good-1', 'x')),
    JSON.stringify(line('deep', 'x', { metadata: 'NESTED' })).replace('"NESTED"', nested(150_000)),
    JSON.stringify(line('half', 'x')).replace('"x"', '"\\ud83d"'),
    JSON.stringify(line('stream', 'x', { stream: true })),
    JSON.stringify(line('good-2', 'x')),
  ]
  const file = await client.files.create({
    purpose: 'batch',
    file: await toFile(Buffer.from(lines.join('\n')), 'input.jsonl'),
  })
  const { id } = await client.batches.create({
    input_file_id: file.id,
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  })
  const batch = await ended(id)
  expect(batch).toMatchObject({ status: 'completed', request_counts: { total: 5, completed: 2, failed: 3 } })
  const errors = await readLines(batch.error_file_id!)
  expect(
    errors.map(({ custom_id, response }) => [custom_id, response.status_code, response.body.error.code]),
  ).toEqual([
    ['deep', 400, 'invalid_request'],
    ['half', 400, 'invalid_encoding'],
    ['stream', 400, 'invalid_request'],
  ])
  expect(node.asked).toHaveLength(2)
})

it('gives up a line that a node cannot answer, and reports it', async () => {
  node.write = ({ messages }) => (messages[0]!.content === 'poison' ? null : 'well')
  const { id } = await begin([line('good', 'x'), line('bad', 'poison')])
  const batch = await ended(id)
  expect(batch.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
  const [bad] = await readLines(batch.error_file_id!)
  expect([bad.custom_id, bad.response.body.error.code]).toEqual(['bad', 'node_failed'])
})

it('stops when cancelled, with the answers so far', async () => {
  node.delayMs = 50
  const { id } = await begin(Array.from({ length: 200 }, (_, index) => line(`c-${index}`, `c ${index}`)))
  await vi.waitFor(async () => {
    const batch = await client.batches.retrieve(id)
    expect(batch.request_counts!.completed).toBeGreaterThan(0)
  }, 10_000)
  const cancelled = await client.batches.cancel(id)
  expect(cancelled.status).toBe('cancelled')
  const kept = await readLines(cancelled.output_file_id!)
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length).toBeLessThan(200)
})

const toForm = (...parts: [name: string, value: string | Blob][]) => {
  const form = new FormData()
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, value, 'input.jsonl')
  }
  return form
}
const upload = (body: FormData | ReadableStream, headers: Record<string, string> = {}) =>
  gateway.fetch('/v1/files', { method: 'POST', body, headers, duplex: 'half' } as RequestInit)
const listed = async () => {
  const ids = []
  for await (const { id } of client.files.list()) ids.push(id)
  return ids
}

it('takes a large file as it arrives, whatever comes first in its form, and gives it back', async () => {
  const lines = Array.from(
    { length: 50 },
    (_, index) => `${JSON.stringify(line(`${index}`, '가'.repeat(300_000)))}\n`,
  )
  const whole = new Response(toForm(['file', new Blob(lines)], ['purpose', 'batch']))
  // a stream tells no length
  const response = await upload(whole.body!, { 'content-type': whole.headers.get('content-type')! })
  expect(response.status).toBe(200)
  const file = (await response.json()) as { id: string; bytes: number }
  expect(file.bytes).toBeGreaterThan(45_000_000)
  expect(await (await client.files.content(file.id)).text()).toBe(lines.join(''))
})

it('keeps nothing of a form that turns out wrong', async () => {
  const before = await listed()
  const file = new Blob(['{}\n'.repeat(500_000)])
  const wrong: [string | null, FormData][] = [
    ['purpose', toForm(['file', file], ['purpose', 'fine-tune'])],
    ['purpose', toForm(['file', file])],
    ['file', toForm(['file', file], ['file', file], ['purpose', 'batch'])],
    ['file', toForm(['purpose', 'batch'])],
    ['file', toForm(['purpose', 'batch'], ['file', new Blob(['x'.repeat(1_600_000)])])],
  ]
  for (const [param, form] of wrong) {
    const response = await upload(form)
    expect([param, response.status]).toEqual([param, 400])
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_request', param } })
  }
  expect(await listed()).toEqual(before)
})

it('refuses a file above 200 MB before it is sent', async () => {
  const { hostname, port } = new URL(gateway.url)
  const headers = {
    authorization: `Bearer ${gateway.key}`,
    'content-type': 'multipart/form-data; boundary=x',
    'content-length': 212_000_000,
  }
  const sent = request({ hostname, port, path: '/v1/files', method: 'POST', headers })
  sent.on('error', () => undefined)
  sent.flushHeaders()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  expect(response.statusCode).toBe(413)
  expect(JSON.parse(await text(response))).toMatchObject({ error: { code: 'body_too_large' } })
  sent.destroy()
})

it('gives answers back that are larger together than one message may be, and names those it cannot keep', async () => {
  node.write = ({ messages }) => 'x'.repeat(messages[0]!.content === 'long' ? 2_100_000 : 900_000)
  const { id } = await begin([
    ...Array.from({ length: 40 }, (_, index) => line(`${index}`, `text ${index}`)),
    line('long', 'long'),
  ])
  const batch = await ended(id)
  expect(batch.request_counts).toEqual({ total: 41, completed: 40, failed: 1 })
  const content = await (await client.files.content(batch.output_file_id!)).text()
  expect(content.length).toBe((await client.files.retrieve(batch.output_file_id!)).bytes)
  expect(content.trim().split('\n')).toHaveLength(40)
  const [long] = await readLines(batch.error_file_id!)
  expect([long.custom_id, long.response.status_code]).toEqual(['long', 413])
})

it('is refused in OpenAI form', async () => {
  const wrong = {
    input_file_id: 'file_none',
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  } as const
  await expect(client.batches.create(wrong)).rejects.toMatchObject({ status: 404, code: 'not_found' })
  await expect(client.files.content('file_none')).rejects.toMatchObject({ status: 404 })
})
