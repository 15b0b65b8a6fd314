import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Engine } from '../../../inference-node/engine/engine.ts'
import type { GenerateEvent, GenerateRequest } from '../../../inference-node/engine/protocol.ts'
import { IoBindingRuntime } from '../../../inference-node/engine/runtime/io-binding-runtime.ts'
import type { RowLogits, Runtime } from '../../../inference-node/engine/runtime/runtime.ts'
import { selfTest } from '../../../inference-node/engine/runtime/self-test.ts'
import { Sampler } from '../../../inference-node/engine/sampling/sampler.ts'
import { RatingTokens } from '../../../inference-node/engine/text/rating-distribution.ts'
import { loadTokenizer, type Tokenizer } from '../../../inference-node/model/tokenizer.ts'
import { madeUpTokens, tinyModel } from './fixtures.ts'

const neutral = { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }
const plain: Omit<GenerateRequest, 'id'> = {
  tenant: '',
  messages: [],
  samples: 1,
  sampling: {},
  maxTokens: 24,
  seed: 7,
  stops: [],
  stopAtRating: false,
  topLogprobs: null,
  ratingProbabilities: false,
}

let forGpu: string
let forCpu: string
let tokenizer: Tokenizer
beforeAll(async () => {
  forGpu = await tinyModel('fp32', 'tiny-llama', 32, 'cuda')
  forCpu = await tinyModel('fp32', 'tiny-llama', 32, 'cpu')
  tokenizer = await loadTokenizer(forCpu, 512)
})

const open: Runtime[] = []
afterEach(() => {
  for (const runtime of open.splice(0)) runtime.close()
})

function openModel(model: string): Runtime {
  const runtime = new IoBindingRuntime({
    graphFile: join(model, 'model.onnx'),
    provider: 'cpu',
    rows: 4,
    rowTokens: 128,
    chunkTokens: 64,
    threads: 1,
  })
  open.push(runtime)
  return runtime
}

/** A runtime whose logits are seen, or changed, on their way to the engine. */
function watched(runtime: Runtime, change: (row: RowLogits) => RowLogits): Runtime {
  return new Proxy(runtime, {
    get(target, name) {
      if (name === 'decode')
        return async (...step: Parameters<Runtime['decode']>) => (await target.decode(...step)).map(change)
      const value = Reflect.get(target, name, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The events of requests that run together. */
async function generate(
  runtime: Runtime,
  requests: readonly Partial<GenerateRequest>[],
): Promise<GenerateEvent[]> {
  const events: GenerateEvent[] = []
  const engine = new Engine({
    runtime,
    model: {
      tokenizer,
      sampler: new Sampler(runtime.vocabularySize),
      ratingTokens: new RatingTokens(tokenizer),
      endOfSequence: new Set(),
    },
    samplingDefaults: neutral,
    answerTokens: 24,
    chunks: { limit: 64, aligned: false, multiple: 1 },
    decodeMultiple: 2,
    encodePrompt: async ({ id }) => ({ tokens: madeUpTokens(10, id), systemFolded: false, publicTokens: 0 }),
    now: () => 0,
    emit: (emitted) => events.push(...emitted),
  })
  const running = engine.run()
  await Promise.all(requests.map((request, id) => engine.submit({ ...plain, ...request, id })))
  const ended = () => events.filter(({ type }) => type === 'finished' || type === 'failed').length
  await expect.poll(ended, { timeout: 20_000 }).toBe(requests.length)
  engine.stop()
  await running
  return events
}

const settings: Partial<GenerateRequest>[] = [
  { sampling: { temperature: 0 } },
  { sampling: { temperature: 0.1 } },
  { sampling: { temperature: 0.7 } },
  { sampling: { temperature: 1.6 } },
  { sampling: { temperature: 0.7, topK: 40 } },
  { sampling: { temperature: 0.9, topK: 300, topP: 0.5 } },
  { sampling: { temperature: 0.5, topP: 0.9 } },
  { sampling: { temperature: 1, minP: 0.2 } },
  { sampling: { temperature: 0.7, repetitionPenalty: 1.3 } },
  { sampling: { temperature: 0.7 }, topLogprobs: 5 },
  { sampling: { temperature: 0.7 }, ratingProbabilities: true },
]

describe('a graph that gives the best logits of each row', () => {
  it('makes the events of one that gives whole rows alone, whatever the settings', async () => {
    const expected = await generate(openModel(forCpu), settings)
    expect(await generate(openModel(forGpu), settings)).toEqual(expected)
  })

  it('needs whole rows only where the best do not determine the draw', async () => {
    let fetched = 0
    const runtime = watched(openModel(forGpu), ({ best, all }) => ({
      best,
      all: () => {
        fetched++
        return all()
      },
    }))
    const requests = [{ temperature: 0 }, { topK: 40 }, { topK: 9, topP: 0.5 }].map((sampling) => ({
      sampling,
    }))
    await generate(runtime, requests)
    expect(fetched).toBe(0)
    await generate(runtime, [{ topLogprobs: 2 }])
    expect(fetched).toBe(24)
  })

  it('gives what the self-test finds in whole rows, and no other', async () => {
    const runtime = openModel(forGpu)
    await expect(selfTest(runtime, 64)).resolves.toBeDefined()
    const wrong = watched(runtime, ({ best, all }) => ({ best: { ...best!, sum: best!.sum * 1.01 }, all }))
    await expect(selfTest(wrong, 64)).rejects.toThrow('best logits that are not those of the row')
  })
})

describe('logits that are no distribution', () => {
  it.each(['best', 'whole'])('fail their request alone, seen in the %s row', async (part) => {
    let steps = 0
    const runtime = watched(openModel(forGpu), ({ best, all }) => {
      if (++steps !== 3) return { best, all }
      const broken = () => all().fill(Number.NaN, 9, 10)
      return { best: part === 'best' ? { ...best!, sum: Number.NaN } : null, all: broken }
    })
    const events = await generate(runtime, [{ samples: 1 }, { samples: 1 }])
    const failed = events.filter(({ type }) => type === 'failed')
    expect(failed).toMatchObject([{ failure: { code: 'engine_unavailable', reason: 'logits_unusable' } }])
    expect(events.filter(({ type }) => type === 'finished')).toHaveLength(1)
  })
})
