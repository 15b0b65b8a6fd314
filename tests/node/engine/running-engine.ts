import type { Engine } from '../../../inference-node/engine/engine.ts'
import { loadEngine } from '../../../inference-node/engine/process/load-engine.ts'
import type { EngineConfig, GenerateEvent, GenerateRequest } from '../../../inference-node/engine/protocol.ts'
import type { TokenLogprob } from '../../../schema/api/chat-completion.ts'

export interface Answer {
  text: string
  logprobs: TokenLogprob[]
  tokens: number
  reason: string
}

/** Engines that the end of a test stops. */
export const engines: Engine[] = []
export function stopEngines(): void {
  for (const engine of engines.splice(0)) engine.stop()
}

/** An engine over a model, and a way to wait for answers. */
export async function startEngine(config: Partial<EngineConfig> & { modelDirectory: string }) {
  const listeners = new Map<number, (event: GenerateEvent) => void>()
  const totals = { reusedTokens: 0, prefillTokens: 0, maxRunning: 0, running: 0, waiting: 0 }
  const { engine } = await loadEngine(
    {
      provider: 'cpu',
      runtime: 'io-binding',
      slots: 8,
      slotTokens: null,
      cacheBytes: null,
      chunkTokens: 128,
      device: null,
      memoryShare: 1,
      threads: 2,
      force: false,
      tune: 'never',
      ...config,
    },
    (events, statistics) => {
      totals.reusedTokens += statistics.reusedTokens
      totals.prefillTokens += statistics.prefillTokens
      totals.running = statistics.running
      totals.waiting = statistics.waiting
      totals.maxRunning = Math.max(totals.maxRunning, statistics.running)
      for (const event of events) listeners.get(event.id)?.(event)
    },
  )
  engines.push(engine)
  void engine.run()
  let lastId = 0
  function submit(request: Partial<GenerateRequest>, onEvent?: (event: GenerateEvent, id: number) => void) {
    const id = ++lastId
    const samples = request.samples ?? 1
    const answers: Answer[] = Array.from({ length: samples }, () => ({
      text: '',
      logprobs: [],
      tokens: 0,
      reason: '',
    }))
    return new Promise<Answer[]>((resolve, reject) => {
      let unfinished = samples
      listeners.set(id, (event) => {
        onEvent?.(event, id)
        if (event.type === 'failed')
          reject(Object.assign(new Error(event.failure.code), { failure: event.failure }))
        if (event.type === 'text') {
          answers[event.sample]!.text += event.text
          answers[event.sample]!.logprobs.push(...event.logprobs)
        }
        if (event.type !== 'finished') return
        Object.assign(answers[event.sample]!, { tokens: event.completionTokens, reason: event.reason })
        if (--unfinished === 0) resolve(answers)
      })
      void engine.submit({ ...plain, id, ...request })
    })
  }
  return { engine, submit, totals }
}

export const plain: Omit<GenerateRequest, 'id'> = {
  tenant: '',
  messages: [],
  samples: 1,
  maxTokens: 40,
  sampling: { temperature: 1 },
  seed: 1,
  stops: [],
  stopAtRating: false,
  ratingProbabilities: false,
  topLogprobs: 0,
}

const long = '다음 질문에 대한 답변을 평가하세요. 근거를 말하고 점수를 매기세요. '.repeat(3)
export const asking = (question: string): Pick<GenerateRequest, 'messages'> => ({
  messages: [{ role: 'user', content: `${long}${question}` }],
})
