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

const linesOf = async (fileId: string) =>
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
  const output = await linesOf(batch.output_file_id!)
  expect(output).toHaveLength(count)
  for (const { custom_id, response, error } of output) {
    expect(error).toBeNull()
    expect(response.status_code).toBe(200)
    expect(response.body.choices[0].message.content).toBe(`echo text ${custom_id.split('-')[1]}`)
  }
  const errors = await linesOf(batch.error_file_id!)
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

it('gives up a line that a node cannot answer, and reports it', async () => {
  node.write = ({ messages }) => (messages[0]!.content === 'poison' ? null : 'well')
  const { id } = await begin([line('good', 'x'), line('bad', 'poison')])
  const batch = await ended(id)
  expect(batch.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
  const [bad] = await linesOf(batch.error_file_id!)
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
  const kept = await linesOf(cancelled.output_file_id!)
  expect(kept.length).toBeGreaterThan(0)
  expect(kept.length).toBeLessThan(200)
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
