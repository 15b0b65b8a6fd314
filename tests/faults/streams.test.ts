import OpenAI from 'openai'
import { describe, expect, it, vi } from 'vitest'
import { json } from '../json.ts'
import { parseEvents } from './events.ts'
import { goodText } from './faulty-node.ts'
import { fresh, judgingGateway, model } from './judging-gateway.ts'

const { service, judge } = judgingGateway()

describe('streams', () => {
  it('end with the judgment that a plain request then gets', async () => {
    const request = fresh()
    const events = parseEvents(await (await judge({ ...request, stream: true })).text())
    expect(events.map(({ name }) => name).slice(-2)).toEqual(['judgment', 'done'])
    const deltas = events.filter(({ name }) => name === 'explanation.delta').map(({ data }) => data.delta)
    expect(deltas.length).toBeGreaterThan(1)
    const judgment = events.at(-2)!.data
    expect(deltas.join('')).toBe(judgment.text)
    expect(await json(await judge(request))).toEqual(judgment)
    const replayed = parseEvents(await (await judge({ ...request, stream: true })).text())
    expect(replayed.map(({ name }) => name)).toEqual(['explanation.delta', 'judgment', 'done'])
    expect(service.node.calls).toHaveLength(1)
  })

  it('share one run; it goes on while anybody is left and is cancelled when nobody is', async () => {
    service.node.chunkMs = 150
    const request = { ...fresh(), stream: true }
    const leaver = new AbortController()
    const first = await service.gateway.call('/v1/judgments', request, { signal: leaver.signal })
    const second = await service.gateway.call('/v1/judgments', request)
    leaver.abort()
    await first.text().catch(() => {})
    const events = parseEvents(await second.text())
    expect(events.at(-1)?.name).toBe('done')
    expect(events.at(-2)?.data.text).toBe(goodText)
    expect(service.node.calls).toHaveLength(1)
    expect(service.node.cancelled).toBe(0)

    const alone = new AbortController()
    const left = await service.gateway.call(
      '/v1/judgments',
      { ...fresh(), stream: true },
      { signal: alone.signal },
    )
    alone.abort()
    await left.text().catch(() => {})
    await vi.waitFor(() => expect(service.node.cancelled).toBe(1), { timeout: 3_000 })
  })

  it('give back the slot of a client that leaves before the first text', async () => {
    service.node.behaviour = 'stalls before headers'
    const { judgment, chat } = {
      judgment: fresh(),
      chat: { model, messages: [{ role: 'user', content: '?' }] },
    }
    const leaver = new AbortController()
    const { signal } = leaver
    // an answer begins after ten seconds, so that there is something in which the client is missed
    const answers = await Promise.all([
      service.gateway.call('/v1/judgments', { ...judgment, stream: true }, { signal }),
      service.gateway.call('/v1/chat/completions', { ...chat, stream: true }, { signal }),
    ])
    const running = async () =>
      (await json(await service.gateway.fetch('/v1/limits'))).tenant.concurrent.running
    expect([...answers.map(({ status }) => status), await running()]).toEqual([200, 200, 2])
    leaver.abort()
    await Promise.allSettled(answers.map((answer) => answer.text()))
    await vi.waitFor(async () => expect(await running()).toBe(0), { timeout: 10_000 })
    await vi.waitFor(() => expect(service.node.cancelled).toBe(2), { timeout: 10_000 })
  }, 60_000)

  it('are the same for a plain request that joins', async () => {
    service.node.chunkMs = 100
    const request = fresh()
    const stream = await judge({ ...request, stream: true })
    const plain = await judge(request)
    expect(plain.headers.get('cache-status')).toBe('keval-edge; fwd=miss; collapsed')
    expect((await json(plain)).id).toBe(parseEvents(await stream.text()).at(-2)?.data.id)
    expect(service.node.calls).toHaveLength(1)
  })
})

describe('the official openai client', () => {
  const client = () =>
    new OpenAI({ apiKey: service.gateway.key, baseURL: `${service.gateway.url}/v1`, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: '이 답변을 평가하세요.' }]

  it('lists models, completes and streams', async () => {
    expect((await client().models.list()).data.map(({ id }) => id)).toEqual([model])
    const completion = await client().chat.completions.create({ model, messages, temperature: 0 })
    expect(completion.choices[0]?.message.content).toBe(goodText)
    expect(completion.usage?.total_tokens).toBe(340)
    const stream = await client().chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    let [text, tokens] = ['', 0]
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? ''
      tokens = chunk.usage?.total_tokens ?? tokens
    }
    expect([text, tokens]).toEqual([goodText, 340])
    const withoutUsage = await client().chat.completions.create({ model, messages, stream: true })
    for await (const { choices, usage } of withoutUsage)
      expect([choices.length, usage]).toEqual([1, undefined])
  })

  it('raises what went wrong, in the middle of a stream too', async () => {
    const unknown = client().chat.completions.create({ model: 'nothing', messages })
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model_not_found' })
    const strict = client().chat.completions.create({ model, messages, presence_penalty: 1 })
    await expect(strict).rejects.toMatchObject({
      status: 400,
      code: 'invalid_request',
      param: 'presence_penalty',
    })
    service.node.behaviour = 'cuts mid-answer'
    const stream = await client().chat.completions.create({ model, messages, stream: true })
    const reading = (async () => {
      for await (const _ of stream);
    })()
    await expect(reading).rejects.toThrow()
  })
})
