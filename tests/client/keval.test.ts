import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { Keval, KevalError } from '../../client/index.ts'
import { type EvaluatingGateway, startEvaluating } from '../evaluations/gateway.ts'
import { type JudgingNode, judgingNode } from '../evaluations/judging-node.ts'
import { makeRows } from '../evaluations/rows.ts'

let node: JudgingNode
let gateway: EvaluatingGateway

beforeAll(async () => {
  node = await judgingNode('judge')
  node.write = () => '좋은 답입니다.\n\nRating: [[8]]'
  gateway = await startEvaluating({ NODES: node.url })
})
afterAll(async () => {
  await gateway.stop()
  await node.close()
})

describe('the client class', () => {
  it('evaluates, waits and streams results', async () => {
    const client = new Keval({ url: gateway.url, apiKey: gateway.key })
    const rows = makeRows([1, 2, 3]).map((row) => JSON.stringify(row))
    const { id } = await client.evaluate(rows.join('\n'), { model: 'judge', name: 'client' })
    const seen: number[] = []
    const ended = await client.waitFor(id, { onProgress: ({ progress }) => seen.push(progress) })
    expect([ended.status, seen.at(-1)]).toEqual(['completed', 1])
    const ratings = []
    for await (const { rating } of client.results(id)) ratings.push(rating)
    expect(ratings).toEqual([8, 8, 8])
  })

  it('stops waiting for an evaluation that is paused', async () => {
    const statuses = ['receiving', 'running', 'paused']
    const answer = async () => Response.json({ status: statuses.shift(), progress: 0 })
    const client = new Keval({ url: 'http://gateway.test', apiKey: 'unused', fetch: answer })
    expect((await client.waitFor('evl_1')).status).toBe('paused')
  })

  it('aborts what waits, and sends again only what does no harm', async () => {
    const leave = new AbortController()
    const busy = vi.fn(async () => new Response('{}', { status: 503, headers: { 'retry-after': '30' } }))
    const client = new Keval({ url: 'http://gateway.test', apiKey: 'unused', fetch: busy })
    const waiting = client.models({ signal: leave.signal })
    await vi.waitFor(() => expect(busy).toHaveBeenCalled())
    leave.abort(new Error('left'))
    await expect(waiting).rejects.toThrow('left')
    const lost = vi.fn(async () => {
      throw new TypeError('fetch failed')
    })
    const other = new Keval({ url: 'http://gateway.test', apiKey: 'unused', fetch: lost, maxRetries: 1 })
    await expect(other.evaluate('{}', { model: 'judge' })).rejects.toMatchObject({ code: 'unreachable' })
    expect(lost).toHaveBeenCalledTimes(1)
    await expect(other.models()).rejects.toMatchObject({ code: 'unreachable' })
    expect(lost).toHaveBeenCalledTimes(3)
  })

  it.each([1, 7, 1000])('reads results in chunks of %i bytes', async (size) => {
    const bytes = Buffer.from([1, 2, 3].map((row) => `${JSON.stringify({ row, id: '행' })}\n`).join(''))
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    )
    const answer = async () => new Response(ReadableStream.from(chunks))
    const client = new Keval({ url: 'http://gateway.test', apiKey: 'unused', fetch: answer })
    const read = []
    for await (const { row, id } of client.results('evl_1')) read.push(`${row}${id}`)
    expect(read).toEqual(['1행', '2행', '3행'])
  })

  it('throws refusals with their code and fields', async () => {
    const client = new Keval({ url: gateway.url, apiKey: gateway.key })
    const refusal = await client.judge({ model: 'judge', question: '', answer: 'x' }).catch((error) => error)
    expect(refusal).toBeInstanceOf(KevalError)
    expect(refusal).toMatchObject({ code: 'invalid_request', status: 400, errors: [{ field: 'question' }] })
  })
})
