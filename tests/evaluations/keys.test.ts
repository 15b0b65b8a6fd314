import OpenAI, { toFile } from 'openai'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Evaluation } from '../../schema/api/evaluations.ts'
import { type EvaluatingGateway, startEvaluating } from './gateway.ts'
import { type JudgingNode, judgingNode } from './judging-node.ts'

let node: JudgingNode
let gateway: EvaluatingGateway
let firstKey: string

beforeAll(async () => {
  node = await judgingNode('judge')
  gateway = await startEvaluating({ NODES: node.url })
  firstKey = gateway.key
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})
afterEach(() => {
  gateway.key = firstKey
  node.asked.length = 0
  node.delayMs = 0
  node.maxConcurrent = 0
})

const post = (path: string, body: object = {}) =>
  gateway.fetch(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })

async function newKey(limits?: object): Promise<{ id: string; key: string }> {
  const response = await post('/v1/keys', { name: 'worker', ...(limits && { limits }) })
  expect(response.status).toBe(201)
  return (await response.json()) as { id: string; key: string }
}

const rows = (name: string, count: number) =>
  Array.from({ length: count }, (_, id) => ({ id, question: `${name} 질문`, answer: `${name} 답 ${id}` }))

const evaluation = (id: string) => gateway.get<Evaluation>(`/v1/evaluations/${id}`)

async function beginBatch(count: number) {
  const client = new OpenAI({ apiKey: gateway.key, baseURL: `${gateway.url}/v1`, maxRetries: 0 })
  const lines = Array.from({ length: count }, (_, index) =>
    JSON.stringify({
      custom_id: `${index}`,
      method: 'POST',
      url: '/v1/chat/completions',
      body: { model: 'judge', messages: [{ role: 'user', content: `b ${index}` }] },
    }),
  )
  const file = await client.files.create({
    purpose: 'batch',
    file: await toFile(Buffer.from(lines.join('\n')), 'b.jsonl'),
  })
  const endpoint = '/v1/chat/completions'
  const { id } = await client.batches.create({ input_file_id: file.id, endpoint, completion_window: '24h' })
  return { id, retrieve: () => client.batches.retrieve(id) }
}

describe('work under a key with limits of its own', () => {
  it('runs as much of an evaluation at a time as the key may', async () => {
    node.delayMs = 20
    gateway.key = (await newKey({ concurrent: 1 })).key
    const ended = await gateway.ended(await gateway.begin('model=judge', rows('가', 12)))
    expect(ended).toMatchObject({ status: 'completed', counts: { rated: 12 } })
    expect(node.maxConcurrent).toBe(1)
  })

  it('runs a batch within the tokens of the key, and no further', async () => {
    gateway.key = (await newKey({ concurrent: 1, tokens_per_day: 9_000 })).key
    const batch = await beginBatch(60)
    // one request reserves the whole bound of its answer, so not even half of the tokens can be used
    await vi.waitFor(() => expect(node.asked.length).toBeGreaterThan(10), 20_000)
    await vi.waitFor(
      async () => {
        const asked = node.asked.length
        await new Promise((resolve) => setTimeout(resolve, 1_500))
        expect(node.asked.length).toBe(asked)
      },
      { timeout: 20_000 },
    )
    expect(node.asked.length * 120).toBeLessThanOrEqual(9_000)
    expect((await batch.retrieve()).status).toBe('in_progress')
    expect(node.maxConcurrent).toBe(1)
    await post(`/v1/batches/${batch.id}/cancel`)
  }, 60_000)
})

describe('work under a key that is revoked', () => {
  it('stops, and an evaluation goes on under another key', async () => {
    const key = await newKey({ concurrent: 2 })
    gateway.key = key.key
    node.delayMs = 40
    const id = await gateway.begin('model=judge', rows('나', 150))
    const batch = await beginBatch(150)
    await vi.waitFor(() => expect(node.asked.length).toBeGreaterThan(10), 10_000)
    gateway.key = firstKey
    expect((await gateway.fetch(`/v1/keys/${key.id}`, { method: 'DELETE' })).ok).toBe(true)

    expect((await gateway.ended(id)).status).toBe('cancelled')
    await vi.waitFor(
      async () => {
        const response = await gateway.get<{ status: string }>(`/v1/batches/${batch.id}`)
        expect(response.status).toBe('cancelled')
      },
      { timeout: 30_000, interval: 200 },
    )
    expect(node.asked.length).toBeLessThan(300)
    node.delayMs = 0
    expect((await post(`/v1/evaluations/${id}/resume`)).status).toBe(200)
    await gateway.ended(id)
    expect(await evaluation(id)).toMatchObject({ status: 'completed', counts: { rated: 150 } })
  }, 90_000)
})

describe('a tenant whose storage is full', () => {
  it('is told so in the middle of what fills it, and from then on before an upload is read', async () => {
    const full = await startEvaluating({ NODES: node.url, TENANT_STORAGE_BYTES: '6000000' })
    try {
      const answer = 'x'.repeat(190_000)
      const many = Array.from({ length: 50 }, (_, id) => ({ id, question: '질문', answer }))
      const stopped = await full.upload('model=judge', many)
      expect([stopped.status, ((await stopped.json()) as { code: string }).code]).toEqual([
        507,
        'storage_full',
      ])
      expect((await full.get<{ data: [] }>('/v1/evaluations')).data).toEqual([])

      const openai = new OpenAI({ apiKey: full.key, baseURL: `${full.url}/v1`, maxRetries: 0 })
      const line = (index: number) => {
        const body = { model: 'judge', messages: [{ role: 'user', content: answer }] }
        return JSON.stringify({ custom_id: `${index}`, method: 'POST', url: '/v1/chat/completions', body })
      }
      const lines = Array.from({ length: 25 }, (_, index) => line(index)).join('\n')
      const input = await openai.files.create({
        purpose: 'batch',
        file: await toFile(Buffer.from(lines), 'b.jsonl'),
      })
      const begun = await openai.batches.create({
        input_file_id: input.id,
        endpoint: '/v1/chat/completions',
        completion_window: '24h',
      })
      await vi.waitFor(
        async () => {
          const { status, errors } = await openai.batches.retrieve(begun.id)
          expect([status, errors?.data?.[0]?.code]).toEqual(['failed', 'storage_full'])
        },
        { timeout: 10_000, interval: 100 },
      )
      const small = async () => toFile(Buffer.from(line(0)), 'small.jsonl')
      const fill = async () => openai.files.create({ purpose: 'batch', file: await small() })
      for (let room = true; room; ) room = await fill().then(Boolean, () => false)
      const refused = await full.upload('model=judge', rows('다', 2))
      expect(refused.status).toBe(507)
      expect(await refused.json()).toMatchObject({ code: 'storage_full' })
      const file = await toFile(Buffer.from('{}'), 'b.jsonl')
      await expect(openai.files.create({ purpose: 'batch', file })).rejects.toMatchObject({
        status: 507,
        code: 'storage_full',
      })
    } finally {
      await full.stop()
    }
  }, 120_000)
})
