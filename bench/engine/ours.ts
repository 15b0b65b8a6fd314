import { cudaFolder } from '../../inference-node/devices/cuda-libraries.ts'
import { Engine } from '../../inference-node/engine/engine.ts'
import { defaultSettings } from '../../inference-node/engine/process/plan-runtime.ts'
import type { GenerateEvent } from '../../inference-node/engine/protocol.ts'
import { openRuntime } from '../../inference-node/engine/runtime/open-runtime.ts'
import { Sampler } from '../../inference-node/engine/sampling/sampler.ts'
import { RatingTokens } from '../../inference-node/engine/text/rating-distribution.ts'
import { openModelDirectory } from '../../inference-node/model/directory.ts'
import type { Tokenizer } from '../../inference-node/model/tokenizer.ts'
import { type Result, serveSubject, stopwatch, syntheticPrompt, type Work } from './work.ts'

// node ours.ts MODEL [THREADS] [RUNTIME] [PROVIDER] [ROWS]: the engine of this repository, scheduling and sampling included
const [model, threads = '2', kind = 'io-binding', provider = 'cpu', rowCount = '8'] = process.argv.slice(2)
const directory = await openModelDirectory(model!)
const rows = Number(rowCount)
const { runtime, decodeMultiple, alignedChunks, chunkTokens } = await openRuntime(
  {
    provider: provider as 'cpu',
    runtime: kind as 'io-binding',
    architecture: directory.architecture,
    integersByRow: directory.conversion?.blockSize === 'row',
    cudaObstacle: null,
  },
  () => ({
    cudaFolder: cudaFolder(),
    graphFile: directory.graphFile,
    rows,
    rowTokens: 2048,
    chunkTokens: defaultSettings(provider as 'cpu').chunkTokens,
    threads: Number(threads),
  }),
)

/** The measurement starts after tokenization. */
const tokenizer: Tokenizer = {
  size: 0,
  hasChatTemplate: false,
  endTokens: [],
  encode: () => [],
  encodeChat: () => ({ tokens: [], systemFolded: false }),
  tokenBytes: () => new Uint8Array([97]),
  isSpecial: () => false,
}
/** Since the last work began. */
let promptTokens = 0
let reusedTokens = 0
const listeners = new Map<number, (event: GenerateEvent) => void>()
const engine = new Engine({
  runtime,
  model: {
    tokenizer,
    sampler: new Sampler(runtime.vocabularySize),
    ratingTokens: new RatingTokens(tokenizer),
    endOfSequence: new Set(),
  },
  samplingDefaults: { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
  answerTokens: runtime.rowTokens,
  chunks: { limit: chunkTokens, aligned: alignedChunks, multiple: decodeMultiple },
  decodeMultiple,
  // messages carry token ids as text
  encodePrompt: async ({ messages: [message] }) => ({
    tokens: message!.content.split(' ').map(Number),
    systemFolded: false,
    publicTokens: 0,
  }),
  now: () => performance.now(),
  emit: (events, statistics) => {
    promptTokens += statistics.promptTokens
    reusedTokens += statistics.reusedTokens
    for (const event of events) listeners.get(event.id)?.(event)
  },
})
void engine.run()

let lastId = 0
function generate(prompt: number[], maxTokens: number, onEvent: (event: GenerateEvent) => void = () => {}) {
  const id = ++lastId
  return new Promise<void>((resolve, reject) => {
    listeners.set(id, (event) => {
      onEvent(event)
      if (event.type === 'failed') reject(new Error(event.failure.reason))
      if (event.type !== 'finished') return
      listeners.delete(id)
      resolve()
    })
    void engine.submit({
      id,
      tenant: '',
      messages: [{ role: 'user', content: prompt.join(' ') }],
      samples: 1,
      maxTokens,
      sampling: {},
      seed: 1,
      stops: [],
      stopAtRating: false,
      ratingProbabilities: false,
      topLogprobs: null,
    })
  })
}

type DecodeWork = Extract<Work, { kind: 'decode' }>

/** Counts only while all rows generate. */
async function decode({ rows, context, tokens, seed, vocabulary }: DecodeWork): Promise<Result> {
  let begun = 0
  let counted = 0
  let watch: ReturnType<typeof stopwatch> | null = null
  let result: Result | null = null
  const prompt = syntheticPrompt(context, seed, vocabulary)
  await Promise.all(
    Array.from({ length: rows }, () => {
      let first = true
      return generate(prompt, tokens + 4 * rows, (event) => {
        if (event.type === 'finished') result ??= watch!(counted)
        if (event.type !== 'text') return
        if (first) begun++
        first = false
        if (begun < rows) return
        if (watch) counted++
        else watch = stopwatch()
      })
    }),
  )
  return result!
}

async function judge({ prompts, tokens, atOnce }: Extract<Work, { kind: 'judge' }>): Promise<Result> {
  const queue = [...prompts]
  promptTokens = 0
  reusedTokens = 0
  const watch = stopwatch()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let prompt = queue.shift(); prompt; prompt = queue.shift()) await generate(prompt, tokens)
    }),
  )
  return { ...watch(prompts.length), reusedShare: reusedTokens / promptTokens }
}

serveSubject({
  async run(work) {
    if (work.kind === 'decode') return decode(work)
    if (work.kind === 'judge') return judge(work)
    const watch = stopwatch()
    await generate(syntheticPrompt(work.tokens, work.seed, work.vocabulary), 1)
    return watch(work.tokens)
  },
})
