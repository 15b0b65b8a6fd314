import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import gateway from '../../../gateway/index.ts'
import { asOperator, call, catchMails, origin, settled, tenantWithKey } from '../access/gate.ts'
import { judgeAtNodeTest } from '../fake-node.ts'

/** Work in the background as a tenant would have it who means ill, or does not know better. */

beforeEach(() => {
  catchMails()
  judgeAtNodeTest()
})
afterEach(async () => {
  await settled()
  vi.restoreAllMocks()
})

const requestLine = (id: string, body: unknown) =>
  JSON.stringify({ custom_id: id, method: 'POST', url: '/v1/chat/completions', body })

async function uploadFile(key: string, lines: string[]): Promise<string> {
  const part = (head: string, text: string) =>
    `--x\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`
  const body = `${part('name="purpose"', 'batch')}${part('name="file"; filename="in"', lines.join('\n'))}--x--\r\n`
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'multipart/form-data; boundary=x' }
  const response = await exports.default.fetch(
    new Request(`${origin}/v1/files`, { method: 'POST', headers, body }),
  )
  expect(response.status).toBe(200)
  return (await response.json<{ id: string }>()).id
}

async function beginBatch(token: string, fileId: string): Promise<string> {
  const body = { input_file_id: fileId, endpoint: '/v1/chat/completions', completion_window: '24h' }
  const { status, text, body: batch } = await call('POST', '/v1/batches', { token, body })
  expect(status, text).toBe(200)
  return batch.id
}

const getBatch = async (token: string, id: string) => (await call('GET', `/v1/batches/${id}`, { token })).body

const endedBatch = (token: string, id: string) =>
  vi.waitFor(
    async () => {
      const batch = await getBatch(token, id)
      expect(['completed', 'failed']).toContain(batch.status)
      return batch
    },
    { timeout: 20_000, interval: 100 },
  )

async function beginEvaluation(key: string, rows: object[]): Promise<string> {
  const body = rows.map((row) => JSON.stringify(row)).join('\n')
  const request = { method: 'POST', headers: { authorization: `Bearer ${key}` }, body }
  const response = await exports.default.fetch(new Request(`${origin}/v1/evaluations?model=judge`, request))
  expect(response.status).toBe(201)
  return (await response.json<{ id: string }>()).id
}

const getEvaluation = async (token: string, id: string) =>
  (await call('GET', `/v1/evaluations/${id}`, { token })).body

describe('work whose tenant fails', () => {
  it.each(['work', 'work-dead'])('holds up none of the others in the same delivery of %s', async (queue) => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const one = await tenantWithKey()
    const other = await tenantWithKey({ email: 'dul@example.com', company: '둘연구소' })
    const done: string[] = []
    const message = ({ tenantId, keyId }: typeof one, name: string) => ({
      body: {
        kind: 'evaluation',
        jobId: 'evl_none',
        tenantId,
        keyId,
        generation: 0,
        from: 0,
        to: 1,
        retries: 0,
      },
      attempts: 1,
      ack: () => done.push(`${name} done`),
      retry: ({ delaySeconds }: { delaySeconds: number }) => done.push(`${name} again in ${delaySeconds} s`),
    })
    const broken = { call: () => Promise.reject(new Error('the object is overloaded')) }
    const getByName = (name: string) => (name === one.tenantId ? broken : env.TENANTS.getByName(name))
    const batch = { queue, messages: [message(one, 'one'), message(other, 'other')] }
    const services = { ...env, TENANTS: { getByName } } as unknown as typeof env
    await gateway.queue(batch as unknown as MessageBatch<never>, services)
    expect(done.sort()).toEqual(['one again in 30 s', 'other done'])
  })
})

describe('work that is large', () => {
  /** Hangul makes a text take two bytes for each of its characters on the way. */
  const large = (characters: number) => `가${'x'.repeat(characters - 1)}`

  it('comes through as a batch of the largest requests there may be', async () => {
    const { body } = await asOperator('GET', '/admin/v1/plans')
    const { id: plan, ...research } = body.data.find(({ id }: { id: string }) => id === 'research')
    await asOperator('PUT', `/admin/v1/plans/${plan}`, { ...research, tokens_per_day: 1e9 })
    const { key } = await tenantWithKey()
    const messages = Array.from({ length: 4 }, () => ({ role: 'user', content: large(370_000) }))
    const lines = Array.from({ length: 20 }, (_, index) =>
      requestLine(`${index}`, { model: 'judge', messages }),
    )
    const id = await beginBatch(key, await uploadFile(key, lines))
    expect((await endedBatch(key, id)).request_counts).toEqual({ total: 20, completed: 20, failed: 0 })
  }, 60_000)

  it('comes through as an evaluation of the largest rows there may be', async () => {
    const { key } = await tenantWithKey()
    const text = large(195_000)
    const turn = { question: text, answer: text, reference: text }
    const rows = Array.from({ length: 20 }, (_, id) => ({ id, turns: [turn, turn] }))
    const id = await beginEvaluation(key, rows)
    await vi.waitFor(
      async () => {
        expect(await getEvaluation(key, id)).toMatchObject({ status: 'completed', counts: { rated: 40 } })
      },
      { timeout: 20_000, interval: 200 },
    )
  }, 60_000)

  it('is refused by its line where the platform could not store it', async () => {
    const { key } = await tenantWithKey()
    // each number takes four times the room once it is written out
    const body = { model: 'judge', n: [] as number[] }
    const line = requestLine('long', body).replace('[]', `[${'1e20,'.repeat(250_000)}1]`)
    const id = await beginBatch(key, await uploadFile(key, [requestLine('good', { model: 'judge' }), line]))
    const { status, errors } = await endedBatch(key, id)
    expect(status).toBe('failed')
    expect(errors.data).toMatchObject([{ line: 2, code: 'invalid_request', param: 'body' }])
  })
})

describe('a line with options that no node of its model reads', () => {
  it('goes to the error file, and the batch ends', async () => {
    const { key } = await tenantWithKey()
    const messages = [{ role: 'user', content: '가' }]
    const lines = [
      requestLine('plain', { model: 'judge', messages }),
      requestLine('options', { model: 'judge', messages, keval: { stop_at_rating: true } }),
    ]
    const batch = await endedBatch(key, await beginBatch(key, await uploadFile(key, lines)))
    expect(batch.request_counts).toEqual({ total: 2, completed: 1, failed: 1 })
    const errors = await exports.default.fetch(
      new Request(`${origin}/v1/files/${batch.error_file_id}/content`, {
        headers: { authorization: `Bearer ${key}` },
      }),
    )
    expect(await errors.text()).toContain('keval_options_unsupported')
  }, 60_000)
})

describe('batches begun all at once', () => {
  it('are read one after the other, for each takes memory for the names of its lines', async () => {
    const { key, tenantId } = await tenantWithKey()
    const lines = Array.from({ length: 30_000 }, (_, index) => requestLine(`${index}`, { model: 'none' }))
    // wrong at its end, so that nothing is left to run
    const file = await uploadFile(key, [...lines, '{}'])
    const ids = await Promise.all(Array.from({ length: 3 }, () => beginBatch(key, file)))
    const halfRead = () =>
      runInDurableObject(env.TENANTS.getByName(tenantId), (_, { storage }) => {
        const query = `select id from batches where status = 'validating'
          and exists (select 1 from batch_lines where batch_id = batches.id)`
        return storage.sql.exec(query).toArray().length
      })
    const seen: number[] = []
    await vi.waitFor(
      async () => {
        seen.push(await halfRead())
        for (const id of ids) expect((await getBatch(key, id)).status).toBe('failed')
      },
      { timeout: 20_000, interval: 5 },
    )
    expect(Math.max(...seen)).toBe(1)
  }, 60_000)
})

describe('an evaluation that is cancelled', () => {
  it('goes on only with a model that the tenant may still use', async () => {
    const { key, tenantId } = await tenantWithKey()
    let undecided = true
    judgeAtNodeTest(() => (undecided ? null : 'Rating: [[7]]'))
    const id = await beginEvaluation(key, [{ id: 1, question: '질문', answer: '답' }])
    expect((await call('POST', `/v1/evaluations/${id}/cancel`, { token: key })).body.status).toBe('cancelled')
    undecided = false
    const resume = () => call('POST', `/v1/evaluations/${id}/resume`, { token: key })
    await asOperator('PATCH', `/admin/v1/tenants/${tenantId}`, { models: ['another'] })
    expect(await resume()).toMatchObject({ status: 404, body: { code: 'model_not_found' } })
    expect((await getEvaluation(key, id)).status).toBe('cancelled')
    await asOperator('PATCH', `/admin/v1/tenants/${tenantId}`, { models: ['judge'] })
    expect((await resume()).status).toBe(200)
  })
})
