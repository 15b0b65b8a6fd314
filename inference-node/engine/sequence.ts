import type { FinishReason, RatingProbabilities, TokenLogprob } from '../../schema/api/chat-completion.ts'
import { findOpenVerdict } from '../../schema/judge/rating.ts'
import type { Tokenizer } from '../model/tokenizer.ts'
import type { EncodedPrompt } from './prompt.ts'
import type { GenerateRequest } from './protocol.ts'
import type { RowLogits } from './runtime/runtime.ts'
import type { SamplingParameters } from './sampling/parameters.ts'
import { uniform } from './sampling/philox.ts'
import { LogProbabilities } from './sampling/probabilities.ts'
import { penalizeRepetition, type Sampler } from './sampling/sampler.ts'
import { AnswerText } from './text/answer-text.ts'
import { RatingDistribution, type RatingTokens } from './text/rating-distribution.ts'

/** The parts of a model that all its sequences share. */
export interface SequenceModel {
  tokenizer: Tokenizer
  sampler: Sampler
  ratingTokens: RatingTokens
  endOfSequence: ReadonlySet<number>
}

/** The text and tokens that one step added to an answer. */
export interface Progress {
  text: string
  logprobs: TokenLogprob[]
  finished: FinishReason | null
}

/** One sample of a request: its prompt, the answer so far, and its own random stream. */
export class Sequence {
  readonly request: GenerateRequest
  readonly sample: number
  readonly prompt: readonly number[]
  /** The prompt without its last token, which the first decode step takes: what is computed before it. */
  readonly prefix: readonly number[]
  /** Tokens at the beginning that other tenants may reuse. */
  readonly publicTokens: number
  readonly arrivedAt: number
  startedAt = 0
  firstTokenAt = 0
  /** The row of the KV cache; -1 while it waits. */
  row = -1
  /** Tokens whose keys and values are in the row. */
  length = 0
  generated = 0
  passedOver = 0

  readonly #model: SequenceModel
  readonly #sampling: SamplingParameters
  readonly #maxTokens: number
  readonly #text: AnswerText<TokenLogprob>
  readonly #seen: Set<number>
  #next: number
  #rating: RatingDistribution | null = null
  #ratingIsLabelled = false
  #probing = false

  constructor(
    model: SequenceModel,
    request: GenerateRequest,
    sample: number,
    { tokens, publicTokens }: Pick<EncodedPrompt, 'tokens' | 'publicTokens'>,
    sampling: SamplingParameters,
    maxTokens: number,
    arrivedAt: number,
  ) {
    this.#model = model
    this.request = request
    this.sample = sample
    this.prompt = tokens
    this.prefix = tokens.slice(0, -1)
    this.publicTokens = publicTokens
    this.#next = tokens.at(-1)!
    this.#sampling = sampling
    this.#maxTokens = maxTokens
    this.arrivedAt = arrivedAt
    this.#text = new AnswerText({ stops: request.stops, stopAtRating: request.stopAtRating })
    this.#seen = new Set(sampling.repetitionPenalty === 1 ? [] : tokens)
  }

  get prefilling(): boolean {
    return this.length < this.prefix.length
  }

  /** The token for the next decode step. */
  get nextToken(): number {
    return this.#probing ? this.#model.ratingTokens.one! : this.#next
  }

  /** Null when the answer came to no rating, or the request did not ask. */
  get ratingProbabilities(): RatingProbabilities | null {
    return this.#probing ? null : (this.#rating?.result() ?? null)
  }

  /**
   * Takes the logits behind `nextToken`, and chooses the token after that. Null after a
   * step that only looked at what would follow a `1`: its place in the row is written again by the next step.
   */
  advance(logits: RowLogits): Progress | null {
    if (this.#probing) {
      this.#rating!.splitOne(logits.all())
      this.#probing = false
      return null
    }
    this.length++
    this.#lookForRating(logits)
    const token = this.#choose(logits)
    this.generated++
    return this.#take(token.id, token.logprob)
  }

  #choose(row: RowLogits): { id: number; logprob: ((id: number) => TokenLogprob) | null } {
    const { topLogprobs, seed } = this.request
    const { sampler } = this.#model
    const random = uniform(BigInt(seed), this.sample, this.generated)
    const penalized = this.#sampling.repetitionPenalty !== 1
    if (row.best && topLogprobs === null && !penalized) {
      const id = sampler.sampleBest(row.best, this.#sampling, random)
      if (id !== null) return { id, logprob: null }
    }
    const logits = row.all()
    const logprob = topLogprobs === null ? null : this.#logprobs(logits, topLogprobs)
    if (penalized) penalizeRepetition(logits, this.#seen, this.#sampling.repetitionPenalty)
    return { id: sampler.sample(logits, this.#sampling, random), logprob }
  }

  #take(id: number, logprob: ((id: number) => TokenLogprob) | null): Progress {
    if (this.#model.endOfSequence.has(id)) return this.#finish('stop')
    this.#next = id
    if (this.#sampling.repetitionPenalty !== 1) this.#seen.add(id)
    const released = this.#text.push(this.#model.tokenizer.tokenBytes(id), logprob?.(id))
    const progress: Progress = { text: released.text, logprobs: released.attached, finished: null }
    if (this.#text.stopped) return { ...progress, finished: 'stop' }
    if (this.generated < this.#maxTokens) return progress
    const last = this.#finish('length')
    return {
      text: progress.text + last.text,
      logprobs: [...progress.logprobs, ...last.logprobs],
      finished: 'length',
    }
  }

  #finish(reason: FinishReason): Progress {
    const { text, attached } = this.#text.finish()
    return { text, logprobs: attached, finished: reason }
  }

  #lookForRating(logits: RowLogits): void {
    if (!this.request.ratingProbabilities || !this.#text.text.endsWith('[[')) return
    const place = findOpenVerdict(this.#text.text)
    if (place === null || (place === 'lone' && this.#ratingIsLabelled)) return
    this.#ratingIsLabelled = place === 'labelled'
    this.#rating = new RatingDistribution(this.#model.ratingTokens, logits.all())
    this.#probing = this.#model.ratingTokens.one !== null
  }

  /** Reads what is to be reported now, for the logits are gone later. */
  #logprobs(logits: Float32Array, top: number): (id: number) => TokenLogprob {
    const probabilities = new LogProbabilities(logits)
    const describe = (id: number) => {
      const bytes = this.#model.tokenizer.tokenBytes(id)
      return { token: new TextDecoder().decode(bytes), logprob: probabilities.of(id), bytes: [...bytes] }
    }
    const alternatives = probabilities.top(top).map(describe)
    return (id) => ({ ...describe(id), top_logprobs: alternatives })
  }
}
