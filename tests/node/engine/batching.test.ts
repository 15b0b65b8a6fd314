import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../../inference-node/engine/engine.ts'
import type { EngineConfig, GenerateEvent } from '../../../inference-node/engine/protocol.ts'
import { openRuntime } from '../../../inference-node/engine/runtime/open-runtime.ts'
import { Sampler } from '../../../inference-node/engine/sampling/sampler.ts'
import { RatingTokens } from '../../../inference-node/engine/text/rating-distribution.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import { loadTokenizer } from '../../../inference-node/model/tokenizer.ts'
import { tinyModel } from './fixtures.ts'
import {
  type Answer,
  asking,
  engines,
  plain,
  startEngine as startEngineOn,
  stopEngines,
} from './running-engine.ts'

afterEach(stopEngines)

let model: string
let int4Model: string
beforeAll(async () => {
  model = await tinyModel('int8', 'tiny-llama', 'row')
  int4Model = await tinyModel('int4')
})

const startEngine = (config: Partial<EngineConfig> = {}) =>
  startEngineOn({ modelDirectory: model, ...config })
const company = Array.from({ length: 7 }, (_, index) => ({
  ...asking(index % 2 ? `동료 ${index} 질문` : `${'x'.repeat(index * 9)} another prompt`),
  seed: 100 + index,
  maxTokens: 10 + 6 * index,
}))

describe.each([
  ['by row', () => model],
  ['in int4', () => int4Model],
] as const)('an answer of weights %s', (_, directory) => {
  it('is the same, bit for bit, alone and in company, with and without a cached prefix, for any chunks', async () => {
    const alone = await startEngine({ modelDirectory: directory() })
    const request = { ...asking('대한민국의 수도는?'), seed: 77 }
    const [first] = await alone.submit(request)
    expect(first!.tokens).toBeGreaterThan(3)
    expect(first!.logprobs.length).toBeGreaterThan(0)
    const [again] = await alone.submit(request)
    expect(alone.totals.reusedTokens).toBeGreaterThan(50)
    expect(again).toEqual(first)

    const crowd = await startEngine({ modelDirectory: directory(), chunkTokens: 16 })
    const [together] = await Promise.all([
      crowd.submit(request),
      ...company.map((other) => crowd.submit(other)),
    ])
    expect(crowd.totals.maxRunning).toBeGreaterThan(4)
    expect(together![0]).toEqual(first)
    const others = company.map((other) => crowd.submit(other))
    expect((await crowd.submit(request))[0]).toEqual(first)
    await Promise.all(others)

    const cramped = await startEngine({ modelDirectory: directory(), slots: 2, chunkTokens: 33 })
    const [, late] = await Promise.all([
      cramped.submit(company[3]!),
      cramped.submit(request),
      cramped.submit(company[0]!),
    ])
    expect(late![0]).toEqual(first)
  })

  it('is the same from the fallback binding', async () => {
    const [bound] = await (await startEngine({ modelDirectory: directory() })).submit({
      ...asking('바인딩'),
      seed: 5,
    })
    const fallback = await startEngine({ modelDirectory: directory(), runtime: 'binding' })
    const [plainly] = await Promise.all([
      fallback.submit({ ...asking('바인딩'), seed: 5 }),
      fallback.submit(company[2]!),
    ])
    expect(plainly![0]).toEqual(bound)
  })
})

describe('an answer', () => {
  it('is the same in company when prompts are read with the weights that write answers', async () => {
    const one = { modelDirectory: await tinyModel('int4'), chunkTokens: 16 }
    const requests = Array.from({ length: 6 }, (_, index) => ({
      ...asking(`질문 ${'가'.repeat(index)}?`),
      seed: index,
    }))
    const alone: Answer[] = []
    for (const request of requests) alone.push((await (await startEngine(one)).submit(request))[0]!)
    const crowd = await startEngine(one)
    const together = await Promise.all([...requests, ...company].map((request) => crowd.submit(request)))
    expect(together.slice(0, requests.length).map(([answer]) => answer)).toEqual(alone)
  })

  it('depends on the seed', async () => {
    const { submit } = await startEngine()
    const texts = await Promise.all([1, 2, 3].map((seed) => submit({ ...asking('씨앗'), seed })))
    expect(new Set(texts.map(([answer]) => answer!.text)).size).toBe(3)
  })

  it('of several samples differs from one to the next; their prompt is computed once', async () => {
    const { submit, totals } = await startEngine()
    const samples = await submit({ ...asking('여럿'), samples: 5 })
    expect(new Set(samples.map(({ text }) => text)).size).toBe(5)
    const promptTokens = totals.prefillTokens + totals.reusedTokens
    expect(totals.prefillTokens).toBeLessThan(promptTokens / 4)
    const [third] = (await submit({ ...asking('여럿'), samples: 3 })).slice(2)
    expect(third).toEqual(samples[2])
  })
})

describe('the rest of a batch', () => {
  it('goes on when a request is cancelled, whose slot is free at the next step', async () => {
    const { engine, submit, totals } = await startEngine({ slots: 2 })
    const reference = await submit({ ...asking('남는 것'), seed: 9 })
    let cancelledAfter = -1
    let textAfterwards = 0
    const cancelled = submit(
      { ...asking('떠나는 것'), maxTokens: 300, sampling: { temperature: 1.5 } },
      (event, id) => {
        if (cancelledAfter >= 0) textAfterwards++
        if (event.type !== 'text' || cancelledAfter >= 0 || totals.running < 2) return
        cancelledAfter = 1
        engine.cancel(id)
        expect(totals.running).toBe(1)
      },
    )
    const [kept] = await Promise.all([submit({ ...asking('남는 것'), seed: 9 })])
    expect(kept).toEqual(reference)
    expect(cancelledAfter).toBe(1)
    expect(textAfterwards).toBeLessThanOrEqual(1) // of the step that was reported just then
    await expect(Promise.race([cancelled, Promise.resolve('open')])).resolves.toBe('open')
    expect(totals).toMatchObject({ running: 0, waiting: 0 })
  })

  it('goes on while a long prompt is turned into tokens', async () => {
    const { submit } = await startEngine({ slots: 2 })
    const log: string[] = []
    const running = submit(
      { ...asking('계속'), maxTokens: 300, sampling: { temperature: 1.5 } },
      ({ type }) => {
        log.push(type)
        if (type !== 'text' || log.includes('asked')) return
        log.push('asked')
        const long = { messages: [{ role: 'user' as const, content: 'abcdefghijklm'.repeat(600) }] }
        refused = submit(long).catch((error: Error) => {
          log.push('refused')
          return error.message
        })
      },
    )
    let refused: Promise<unknown> = Promise.resolve()
    await running
    expect(await refused).toMatch(/context_length_exceeded/)
    expect(log.slice(log.indexOf('asked'), log.indexOf('refused'))).toContain('text')
  })

  it('forgets a request that is cancelled before its prompt was turned into tokens', async () => {
    const { engine, submit, totals } = await startEngine()
    const events: string[] = []
    void submit(asking('떠남'), ({ type }) => events.push(type))
    engine.cancel(1)
    await submit({ ...asking('남음'), maxTokens: 2 })
    expect(events).toEqual([])
    expect(totals).toMatchObject({ running: 0, waiting: 0 })
  })

  it('takes turns between tenants', async () => {
    const { submit } = await startEngine({ slots: 2 })
    const order: string[] = []
    const note = (name: string) => (event: GenerateEvent) => {
      if (event.type === 'started') order.push(name)
    }
    const burst = Array.from({ length: 30 }, (_, index) =>
      submit({ ...asking(`폭주 ${index}`), tenant: 'burst', seed: index, maxTokens: 8 }, note('burst')),
    )
    const single = submit({ ...asking('하나'), tenant: 'single', maxTokens: 8 }, note('single'))
    await Promise.all([...burst, single])
    expect(order.indexOf('single')).toBeLessThan(6)
  })
})

describe('a token beyond the vocabulary', () => {
  it('fails its request, not the engine', async () => {
    const directory = await openModelDirectory(model)
    const tokenizer = await loadTokenizer(model, directory.vocabularySize)
    const { runtime } = await openRuntime(
      {
        provider: 'cpu',
        runtime: 'io-binding',
        architecture: 'LlamaForCausalLM',
        integersByRow: true,
        cudaObstacle: 'no GPU',
      },
      () => ({ ...directory, sizes: directory, rows: 1, rowTokens: 64, chunkTokens: 32, threads: 1 }),
    )
    const events: GenerateEvent[] = []
    const engine = new Engine({
      runtime,
      model: {
        tokenizer,
        sampler: new Sampler(runtime.vocabularySize),
        ratingTokens: new RatingTokens(tokenizer),
        endOfSequence: new Set(),
      },
      samplingDefaults: { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
      answerTokens: 2,
      chunks: { limit: 32, aligned: false, multiple: 1 },
      decodeMultiple: 1,
      encodePrompt: async ({ id }) => ({
        tokens: [1, 2, id === 1 ? runtime.vocabularySize : 3, 4],
        systemFolded: false,
        publicTokens: 0,
      }),
      now: () => 0,
      emit: (emitted) => events.push(...emitted),
    })
    engines.push(engine)
    const running = engine.run()
    for (const id of [1, 2]) await engine.submit({ ...plain, id, maxTokens: 2 })
    await expect.poll(() => events.at(-1)?.type).toBe('finished')
    expect(events[0]).toMatchObject({ type: 'failed', id: 1, failure: { code: 'invalid_request' } })
    engine.stop()
    await running
  })
})
