import { describe, expect, it, vi } from 'vitest'
import { json } from '../json.ts'
import { another, fresh, judgingGateway, model } from './judging-gateway.ts'

const { service, judge } = judgingGateway()

describe('repeats', () => {
  it('costs one call when a hundred ask the same at once, and all get the same', async () => {
    const request = fresh()
    const responses = await Promise.all(Array.from({ length: 100 }, () => judge(request)))
    const bodies = await Promise.all(responses.map((response) => response.text()))
    expect(new Set(bodies).size).toBe(1)
    expect(service.node.calls).toHaveLength(1)
    const statuses = responses.map((response) => response.headers.get('cache-status'))
    expect(statuses.filter((status) => status === 'keval-edge; fwd=miss; stored')).toHaveLength(1)
  })

  it('knows a request by what it says, not by how its JSON is written', async () => {
    const { question, answer } = fresh()
    const first = await json(await judge({ model, question, answer }))
    const other = await json(await judge({ answer, n: 1, temperature: 0.7, question, model, stream: false }))
    expect(other.id).toBe(first.id)
    const changed = [{ temperature: 0.6 }, { top_p: 0.9 }, { seed: 7 }, { max_tokens: 99 }, { reference: '' }]
    for (const change of changed) {
      expect((await json(await judge({ model, question, answer, ...change }))).id).not.toBe(first.id)
    }
    expect(service.node.calls).toHaveLength(1 + changed.length)
  })

  it('honours what the client says of caches', async () => {
    const request = fresh()
    const nothing = await judge(request, { 'cache-control': 'only-if-cached' })
    expect(nothing.status).toBe(504)
    expect(await json(nothing)).toMatchObject({ code: 'not_cached' })
    const unstored = await json(await judge(request, { 'cache-control': 'no-store' }))
    expect(unstored).toMatchObject({ stored: false, not_stored: expect.any(String), rating: 8 })
    expect((await judge(request, { 'cache-control': 'only-if-cached' })).status).toBe(504)
    expect((await service.gateway.call(`/v1/judgments/${unstored.id}`)).status).toBe(404)

    const first = await json(await judge(request))
    const hit = await judge(request, { 'cache-control': 'max-age=60, only-if-cached' })
    expect(hit.headers.get('cache-status')).toMatch(/^keval-edge; hit; ttl=\d+; detail=(memory|edge)$/)
    expect(hit.headers.get('age')).toMatch(/^\d+$/)
    expect((await json(hit)).id).toBe(first.id)
    const again = await json(await judge(request, { 'cache-control': 'no-cache' }))
    expect(again.id).not.toBe(first.id)
    expect(again.text).toBe(first.text)
    expect(service.node.calls).toHaveLength(3)
  })

  it('are gone from every cache with the judgment', async () => {
    const request = fresh()
    const { id } = await json(await judge(request))
    await judge(request)
    expect((await service.gateway.call(`/v1/judgments/${id}`, undefined, { method: 'DELETE' })).status).toBe(
      204,
    )
    expect((await judge(request, { 'cache-control': 'only-if-cached' })).status).toBe(504)
    expect((await service.gateway.call(`/v1/judgments/${id}`, undefined, { method: 'DELETE' })).status).toBe(
      404,
    )
  })

  it('are not made of answers without a rating', async () => {
    const request = fresh()
    service.node.behaviour = 'truncated'
    const cut = await judge(request)
    expect(await json(cut)).toMatchObject({ verdict: 'truncated', rating: null })
    expect(cut.headers.get('cache-status')).toBe('keval-edge; fwd=miss')
    service.node.behaviour = 'well'
    expect(await json(await judge(request))).toMatchObject({ verdict: 'rated', rating: 8 })
  })
})

describe('Idempotency-Key', () => {
  it('gives the same answer to the same request, and refuses another', async () => {
    const request = { ...fresh(), temperature: 1 }
    const headers = { 'idempotency-key': `key-${another()}`, 'cache-control': 'no-cache' }
    const first = await json(await judge(request, headers))
    const second = await judge(request, headers)
    expect(second.headers.get('idempotent-replayed')).toBe('true')
    expect(await json(second)).toEqual(first)
    expect(service.node.calls).toHaveLength(1)
    const other = await judge({ ...request, answer: 'anders' }, headers)
    expect(other.status).toBe(422)
    expect(await json(other)).toMatchObject({ code: 'idempotency_mismatch' })
  })

  it('says that the request is still running, and forgets failures', async () => {
    const headers = { 'idempotency-key': `key-${another()}` }
    const request = { ...fresh(), stream: true }
    service.node.chunkMs = 100
    const running = await judge(request, headers)
    const meanwhile = await judge(request, headers)
    expect(meanwhile.status).toBe(409)
    expect(await json(meanwhile)).toMatchObject({ code: 'idempotency_in_progress' })
    const judged = (text: string) => /^event: judgment\ndata: .+$/m.exec(text)?.[0]
    const body = judged(await running.text())
    expect(body).toBeDefined()
    await vi.waitFor(async () => expect(judged(await (await judge(request, headers)).text())).toBe(body))

    const failing = { 'idempotency-key': `key-${another()}` }
    const retried = fresh()
    service.node.behaviour = 'bad JSON'
    expect((await judge(retried, failing)).status).toBe(502)
    service.node.behaviour = 'well'
    await vi.waitFor(async () => expect((await judge(retried, failing)).status).toBe(200))
  })
})

describe('usage', () => {
  it('counts runs and tokens by day, model and key; repeats are free', async () => {
    const before = (await json(await service.gateway.call(`/v1/usage?model=${model}`))).data[0]
    const request = fresh()
    await judge(request)
    await judge(request)
    service.node.behaviour = '500'
    await judge(fresh())
    const after = (await json(await service.gateway.call(`/v1/usage?model=${model}`))).data[0]
    expect(after.requests - before.requests).toBe(2)
    expect(after.rated - before.rated).toBe(1)
    expect(after.failed - before.failed).toBe(1)
    expect(after.prompt_tokens - before.prompt_tokens).toBe(300)
    expect(after.completion_tokens - before.completion_tokens).toBe(40)
  })
})

describe('a stream whose client disconnects between two chunks', () => {
  it.each(['/v1/judgments', '/v1/chat/completions'])('of %s ends the call of the node', async (path) => {
    service.node.chunkMs = 4_000
    const request = path === '/v1/judgments' ? fresh() : { model, messages: [{ role: 'user', content: 'x' }] }
    const abort = new AbortController()
    const response = await service.gateway.call(path, { ...request, stream: true }, { signal: abort.signal })
    const reader = response.body!.getReader()
    await reader.read()
    abort.abort()
    await reader.read().catch(() => {})
    // far less than the time until the node's next chunk
    await vi.waitFor(() => expect(service.node.cancelled).toBe(1), { timeout: 2_500 })
  })
})
