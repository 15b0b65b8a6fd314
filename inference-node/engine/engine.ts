import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Failure, invalidRequest, reason } from '../../schema/api/errors.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import { CacheRows } from './cache-rows.ts'
import type { EncodedPrompt } from './prompt.ts'
import type { EngineStatistics, GenerateEvent, GenerateRequest } from './protocol.ts'
import type { RowLogits, Runtime } from './runtime/runtime.ts'
import type { SamplingParameters } from './sampling/parameters.ts'
import { UnusableLogits } from './sampling/sampler.ts'
import { type ChunkRules, chooseStart, chunkLength, decodeRange } from './scheduling/policy.ts'
import { TenantShares } from './scheduling/tenant-shares.ts'
import { type Progress, Sequence, type SequenceModel } from './sequence.ts'

export interface EngineOptions {
  runtime: Runtime
  model: SequenceModel
  samplingDefaults: SamplingParameters
  /** Most tokens of an answer whose request sets no bound. */
  answerTokens: number
  chunks: ChunkRules
  /** The rows of a decode step must be a multiple of this for its results not to depend on the batch. */
  decodeMultiple: number
  /** Turns the conversation of a request into tokens, concurrently with the steps. */
  encodePrompt: (request: GenerateRequest) => Promise<EncodedPrompt | { failure: Failure }>
  /** Milliseconds that only grow. */
  now: () => number
  /** Receives what a step brought. */
  emit: (events: GenerateEvent[], statistics: EngineStatistics) => void
}

/**
 * Generates answers to many requests at once. Sequences join and leave at token boundaries; prompts are computed in
 * chunks between decode steps; the keys and values of prompts stay in their rows for later prompts that begin alike.
 */
export class Engine {
  readonly #options: EngineOptions
  readonly #rows: CacheRows
  readonly #shares = new TenantShares()
  /** Requests whose prompts are being encoded. */
  readonly #encoding = new Set<number>()
  readonly #waiting: Sequence[] = []
  readonly #running = new Set<Sequence>()
  #events: GenerateEvent[] = []
  #counts = noCounts()
  #wake: (() => void) | null = null
  #stopped = false

  constructor(options: EngineOptions) {
    this.#options = options
    this.#rows = new CacheRows(options.runtime.rows)
  }

  /** Queues a request once its prompt is encoded, or reports why it cannot be served. */
  async submit(request: GenerateRequest): Promise<void> {
    const { id } = request
    this.#encoding.add(id)
    const prompt = await this.#options.encodePrompt(request)
    if (!this.#encoding.delete(id)) return // cancelled meanwhile
    if ('failure' in prompt)
      this.#events.push({ type: 'failed', id, failure: prompt.failure, crashed: false })
    else this.#queue(request, prompt)
    this.#flush()
    this.#wake?.()
  }

  /** Forgets a request; its rows are free before the next step. */
  cancel(id: number): void {
    this.#encoding.delete(id)
    for (const sequence of [...this.#waiting, ...this.#running])
      if (sequence.request.id === id) this.#remove(sequence)
    this.#flush()
  }

  /** Works until `stop`. Rejects when the runtime fails: what it holds is then unknown. */
  async run(): Promise<void> {
    while (!this.#stopped) {
      if (this.#waiting.length === 0 && this.#running.size === 0)
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      await this.#step()
      this.#flush()
      await nextTurn() // requests and cancellations get in between steps
    }
  }

  stop(): void {
    this.#stopped = true
    this.#wake?.()
  }

  #queue(request: GenerateRequest, prompt: EncodedPrompt): void {
    const { model, runtime, samplingDefaults, answerTokens, now } = this.#options
    const { tokens, systemFolded } = prompt
    const unknown = tokens.find((token) => !(token >= 0 && token < runtime.vocabularySize))
    if (unknown !== undefined) {
      // no kernel may see it: the lookup of its embedding would end the process
      const error = fieldError('messages', 'token_unknown', { token: unknown, size: runtime.vocabularySize })
      const failure = invalidRequest([error], 'node')
      this.#events.push({ type: 'failed', id: request.id, failure, crashed: false })
      return
    }
    this.#events.push({ type: 'accepted', id: request.id, promptTokens: tokens.length, systemFolded })
    const sampling = { ...samplingDefaults, ...request.sampling }
    const room = runtime.rowTokens - tokens.length
    const maxTokens = Math.min(request.maxTokens ?? answerTokens, room)
    this.#shares.add(request.tenant, request.samples)
    for (let sample = 0; sample < request.samples; sample++)
      this.#waiting.push(new Sequence(model, request, sample, prompt, sampling, maxTokens, now()))
  }

  async #step(): Promise<void> {
    const prefilling = [...this.#running].find((sequence) => sequence.prefilling) ?? this.#startNext()
    if (prefilling?.prefilling) await this.#prefill(prefilling)
    else if (this.#options.runtime.copiesRows) this.#closeGap()
    const decoding = [...this.#running].filter((sequence) => !sequence.prefilling)
    if (decoding.length > 0) await this.#decode(decoding)
  }

  #startNext(): Sequence | null {
    if (this.#running.size === this.#options.runtime.rows) return null
    const waiting = this.#waiting.map((sequence, id) => ({
      id,
      tenant: sequence.request.tenant,
      prompt: sequence.prefix,
      passedOver: sequence.passedOver,
    }))
    const { runtime, now, chunks } = this.#options
    const start = chooseStart(waiting, this.#rows.states, this.#shares.served, runtime.copiesRows, chunks)
    if (!start) return null
    const [sequence] = this.#waiting.splice(start.id, 1) as [Sequence]
    const oldest = this.#waiting.findIndex(({ request }) => request.tenant === sequence.request.tenant)
    if (oldest >= 0 && oldest < start.id) this.#waiting[oldest]!.passedOver++
    if (start.copyFrom !== null) runtime.copyRow(start.copyFrom, start.row, start.reused)
    this.#rows.occupy(start.row, {
      cached: sequence.prefix.slice(0, start.reused),
      tenant: sequence.request.tenant,
      publicTokens: sequence.publicTokens,
    })
    this.#running.add(sequence)
    sequence.row = start.row
    sequence.length = start.reused
    sequence.startedAt = now()
    this.#shares.charge(sequence.request.tenant, sequence.prefix.length - start.reused)
    this.#counts.promptTokens += sequence.prompt.length
    this.#counts.reusedTokens += start.reused
    const { request, sample } = sequence
    this.#events.push({ type: 'started', id: request.id, sample, prefixHitTokens: start.reused })
    return sequence
  }

  async #prefill(sequence: Sequence): Promise<void> {
    const { prefix, length, row } = sequence
    const chunk = prefix.slice(length, length + chunkLength(prefix.length - length, this.#options.chunks))
    await this.#options.runtime.prefill(row, length, chunk)
    this.#counts.prefillTokens += chunk.length
    if (sequence.row < 0) return // cancelled meanwhile
    sequence.length += chunk.length
    this.#rows.cache(row, prefix.slice(0, sequence.length))
  }

  async #decode(decoding: Sequence[]): Promise<void> {
    const { runtime, decodeMultiple } = this.#options
    const [first, count] = decodeRange(
      decoding.map((sequence) => sequence.row),
      runtime.rows,
      decodeMultiple,
    )
    // what is idle or still being prefilled stays null
    const tokens = new Array<number | null>(count).fill(null)
    const lengths = Array.from({ length: count }, (_, index) => this.#rows.cachedTokens(first + index) + 1)
    for (const sequence of decoding) {
      tokens[sequence.row - first] = sequence.nextToken
      lengths[sequence.row - first] = sequence.length + 1
    }
    const logits = await runtime.decode(first, tokens, lengths)
    this.#counts.decodeSteps++
    this.#counts.decodeRows += count
    // a sequence without a row was cancelled meanwhile
    for (const sequence of decoding)
      if (sequence.row >= 0) this.#advance(sequence, logits[sequence.row - first]!)
  }

  /** Logits that are no distribution fail their request alone: the other rows of the step may be sound. */
  #advance(sequence: Sequence, logits: RowLogits): void {
    try {
      this.#report(sequence, sequence.advance(logits))
    } catch (error) {
      if (!(error instanceof UnusableLogits)) throw error
      const { id } = sequence.request
      const failure: Failure = { code: 'engine_unavailable', ...reason('logits_unusable'), source: 'node' }
      this.#events.push({ type: 'failed', id, failure, crashed: false })
      for (const each of [...this.#waiting, ...this.#running]) if (each.request.id === id) this.#remove(each)
    }
  }

  #report(sequence: Sequence, progress: Progress | null): void {
    if (!progress) return
    const { request, sample } = sequence
    const { id } = request
    if (sequence.generated === 1) sequence.firstTokenAt = this.#options.now()
    this.#counts.decodeTokens++
    this.#shares.charge(request.tenant, 1)
    const { text, logprobs, finished } = progress
    if (text !== '' || logprobs.length > 0) this.#events.push({ type: 'text', id, sample, text, logprobs })
    if (!finished) return
    this.#events.push({
      type: 'finished',
      id,
      sample,
      reason: finished,
      completionTokens: sequence.generated,
      ratingProbabilities: sequence.ratingProbabilities,
      queueMs: sequence.startedAt - sequence.arrivedAt,
      prefillMs: sequence.firstTokenAt - sequence.startedAt,
      decodeMs: this.#options.now() - sequence.firstTokenAt,
    })
    this.#remove(sequence)
  }

  #remove(sequence: Sequence): void {
    const place = this.#waiting.indexOf(sequence)
    if (place >= 0) this.#waiting.splice(place, 1)
    if (this.#running.delete(sequence)) this.#rows.free(sequence.row)
    sequence.row = -1
    this.#shares.remove(sequence.request.tenant)
  }

  /** Moves the last running sequence into a row that became free amid the others. */
  #closeGap(): void {
    const move = this.#rows.chooseMove()
    if (!move) return
    const sequence = [...this.#running].find(({ row }) => row === move.from)!
    this.#options.runtime.copyRow(move.from, move.to, sequence.length)
    this.#rows.move(move.from, move.to)
    sequence.row = move.to
  }

  #flush(): void {
    const events = this.#events
    const counts = this.#counts
    this.#events = []
    this.#counts = noCounts()
    const running = [...this.#running]
    this.#options.emit(events, {
      ...counts,
      running: running.length,
      waiting: this.#waiting.length + this.#encoding.size,
      cacheTokens: running.reduce((total, { length }) => total + length, 0),
    })
  }
}

type Counts = Omit<EngineStatistics, 'running' | 'waiting' | 'cacheTokens'>

const noCounts = (): Counts => ({
  prefillTokens: 0,
  decodeTokens: 0,
  reusedTokens: 0,
  promptTokens: 0,
  decodeSteps: 0,
  decodeRows: 0,
})
