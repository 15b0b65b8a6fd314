import type {
  ChatCompletion,
  ChatCompletionChunk,
  KevalCompletion,
  TokenLogprob,
  Usage,
} from '../../schema/api/chat-completion.ts'
import type { GenerateEvent, GenerateRequest, LoadedModel } from '../engine/protocol.ts'

type Finished = Extract<GenerateEvent, { type: 'finished' }>

/** Gathers the events of a request into OpenAI's reply, whole or in chunks. */
export class Completion {
  readonly #id: string
  readonly #created = Math.floor(Date.now() / 1000)
  readonly #model: LoadedModel
  readonly #request: GenerateRequest
  readonly #answers: { text: string; logprobs: TokenLogprob[]; finished: Finished | null }[]
  #promptTokens = 0
  #systemFolded = false
  #prefixHitTokens = 0

  /** @param id `chatcmpl-` and something unique */
  constructor(id: string, model: LoadedModel, request: GenerateRequest) {
    this.#id = id
    this.#model = model
    this.#request = request
    this.#answers = Array.from({ length: request.samples }, () => ({
      text: '',
      logprobs: [],
      finished: null,
    }))
  }

  take(event: GenerateEvent): void {
    if (event.type === 'accepted') {
      this.#promptTokens = event.promptTokens
      this.#systemFolded = event.systemFolded
    } else if (event.type === 'started') {
      if (event.sample === 0) this.#prefixHitTokens = event.prefixHitTokens
    } else if (event.type === 'text') {
      const answer = this.#answers[event.sample]!
      answer.text += event.text
      answer.logprobs.push(...event.logprobs)
    } else if (event.type === 'finished') this.#answers[event.sample]!.finished = event
  }

  get promptTokens(): number {
    return this.#promptTokens
  }

  get completionTokens(): number {
    return this.#answers.reduce((total, { finished }) => total + (finished?.completionTokens ?? 0), 0)
  }

  whole(): ChatCompletion {
    return {
      ...this.#head('chat.completion'),
      choices: this.#answers.map(({ text, logprobs, finished }, index) => ({
        index,
        message: { role: 'assistant', content: text, refusal: null },
        finish_reason: finished?.reason ?? null,
        logprobs: this.#request.topLogprobs === null ? null : { content: logprobs },
        ...this.#choiceExtension(finished),
      })),
      usage: this.#usage(),
      keval: this.extension(),
    }
  }

  /** The chunk that opens a choice. */
  opening(index: number): ChatCompletionChunk {
    return this.#chunk({ index, delta: { role: 'assistant', content: '' }, finish_reason: null })
  }

  /** The chunk for an event; null when the event shows nothing. */
  chunk(event: GenerateEvent): ChatCompletionChunk | null {
    if (event.type === 'text')
      return this.#chunk({
        index: event.sample,
        delta: { content: event.text },
        finish_reason: null,
        ...(this.#request.topLogprobs !== null && { logprobs: { content: event.logprobs } }),
      })
    if (event.type === 'finished') {
      const last = this.#answers.every(({ finished }) => finished)
      return {
        ...this.#chunk({
          index: event.sample,
          delta: {},
          finish_reason: event.reason,
          ...this.#choiceExtension(event),
        }),
        ...(last && { keval: this.extension() }),
      }
    }
    return null
  }

  /** The chunk that OpenAI sends behind the last choice when usage is asked for; it has no choices. */
  usageChunk(): ChatCompletionChunk {
    return { ...this.#head('chat.completion.chunk'), choices: [], usage: this.#usage() }
  }

  #usage(): Usage {
    return {
      prompt_tokens: this.#promptTokens,
      completion_tokens: this.completionTokens,
      total_tokens: this.#promptTokens + this.completionTokens,
      prompt_tokens_details: { cached_tokens: this.#prefixHitTokens },
    }
  }

  extension(): KevalCompletion {
    const longest = (time: (finished: Finished) => number) =>
      Math.max(...this.#answers.map(({ finished }) => (finished ? Math.round(time(finished) * 10) / 10 : 0)))
    return {
      weights_digest: this.#model.weightsDigest,
      precision: this.#model.precision,
      provider: this.#model.provider,
      seed: this.#request.seed,
      system_folded: this.#systemFolded,
      prefix_hit_tokens: this.#prefixHitTokens,
      queue_ms: longest(({ queueMs }) => queueMs),
      prefill_ms: longest(({ prefillMs }) => prefillMs),
      decode_ms: longest(({ decodeMs }) => decodeMs),
    }
  }

  #choiceExtension(finished: Finished | null) {
    return this.#request.ratingProbabilities
      ? { keval: { rating_probabilities: finished?.ratingProbabilities ?? null } }
      : {}
  }

  #chunk(choice: ChatCompletionChunk['choices'][number]): ChatCompletionChunk {
    return { ...this.#head('chat.completion.chunk'), choices: [choice] }
  }

  #head<T extends string>(object: T) {
    return {
      id: this.#id,
      object,
      created: this.#created,
      model: this.#model.id,
      system_fingerprint: `${this.#model.precision}-${this.#model.weightsDigest.slice(0, 12)}`,
    }
  }
}
