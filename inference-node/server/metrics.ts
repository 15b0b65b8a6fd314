import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Gpu } from '../devices/device-report.ts'
import type { EngineStatistics, LoadedModel } from '../engine/protocol.ts'

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

/** The metrics of `/metrics`. Names follow Prometheus' conventions: base units, `_total` for counters. */
export class Metrics {
  readonly registry = new Registry()
  readonly #with = { registers: [this.registry] }

  /** Totals since the node started, for `/health`. */
  readonly totals = { answers: 0, prompt_tokens: 0, generated_tokens: 0 }
  readonly requests = new Counter({
    ...this.#with,
    name: 'keval_node_requests_total',
    help: 'Chat requests by HTTP status.',
    labelNames: ['status'],
  })
  readonly rejections = new Counter({
    ...this.#with,
    name: 'keval_node_rejections_total',
    help: 'Chat requests that failed, by error code.',
    labelNames: ['code'],
  })
  readonly answers = new Counter({
    ...this.#with,
    name: 'keval_node_answers_total',
    help: 'Finished answers by the reason they ended.',
    labelNames: ['finish_reason'],
  })
  readonly restarts = new Counter({
    ...this.#with,
    name: 'keval_node_engine_restarts_total',
    help: 'Times the engine process ended and was started again.',
  })
  readonly #engineRestarts = new Counter({
    ...this.#with,
    name: 'keval_node_engine_process_restarts_total',
    help: 'Times each engine process ended and was started again.',
    labelNames: ['engine'],
  })
  readonly #engineRunning = new Gauge({
    ...this.#with,
    name: 'keval_node_engine_requests_running',
    help: 'Answers that hold a slot, by engine.',
    labelNames: ['engine'],
  })
  readonly queueSeconds = this.#histogram('queue_seconds', 'From arrival to a slot.')
  readonly firstTokenSeconds = this.#histogram(
    'time_to_first_token_seconds',
    'From arrival to the first text.',
  )
  readonly betweenTokensSeconds = this.#histogram(
    'time_between_tokens_seconds',
    'From text to text of an answer.',
  )
  readonly requestSeconds = this.#histogram('request_seconds', 'From arrival to the end of a request.')

  readonly #running = this.#gauge('requests_running', 'Answers that hold a slot.')
  readonly #waiting = this.#gauge('requests_waiting', 'Answers that wait for a slot.')
  readonly #cacheUsage = this.#gauge('cache_usage_ratio', 'Share of the KV cache that running answers fill.')
  readonly #promptTokens = this.#counter('prompt_tokens_total', 'Prompt tokens of started answers.')
  readonly #reusedTokens = this.#counter('prefix_reused_tokens_total', 'Prompt tokens found in the KV cache.')
  readonly #prefillTokens = this.#counter('prefill_tokens_total', 'Prompt tokens computed.')
  readonly #generatedTokens = this.#counter('generated_tokens_total', 'Tokens generated.')
  readonly #batchRows = new Histogram({
    ...this.#with,
    name: 'keval_node_decode_batch_rows',
    help: 'Rows of a decode step.',
    buckets: [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64],
  })
  readonly #info = new Gauge({
    ...this.#with,
    name: 'keval_node_info',
    help: 'The model served and what runs it.',
    labelNames: ['model', 'precision', 'provider', 'runtime', 'weights_digest', 'batch_invariant'],
  })
  readonly #slots = this.#gauge('slots', 'Answers that can run at once.')
  #cacheTokens = 1
  #device: Gpu | null = null

  /** @param deviceFreeBytes free memory of the GPU in use; null if unknown */
  constructor(deviceFreeBytes: () => number | null = () => null) {
    collectDefaultMetrics({ register: this.registry })
    const read = () => this.#device && { gpu: this.#device, free: deviceFreeBytes() }
    const memory = (name: string, help: string, toBytes: (total: number, free: number) => number) =>
      new Gauge({
        ...this.#with,
        name: `keval_node_device_memory_${name}_bytes`,
        help,
        labelNames: ['device'],
        collect() {
          const now = read()
          if (now && now.free !== null)
            this.set({ device: now.gpu.name }, toBytes(now.gpu.totalBytes, now.free))
        },
      })
    memory('free', 'Free memory of the GPU in use.', (_, free) => free)
    memory('used', 'Used memory of the GPU in use, by all processes.', (total, free) => total - free)
  }

  loaded(model: LoadedModel): void {
    this.#info.reset()
    this.#info.set(
      {
        model: model.id,
        precision: model.precision,
        provider: model.provider,
        runtime: model.runtime,
        weights_digest: model.weightsDigest,
        batch_invariant: String(model.batchInvariant),
      },
      1,
    )
    this.#slots.set(model.slots)
    this.#device = model.device
    this.#cacheTokens = model.slots * model.slotTokens
  }

  /** An answer came to its end. */
  finished(reason: 'stop' | 'length'): void {
    this.answers.inc({ finish_reason: reason })
    this.totals.answers += 1
  }

  /** An engine ended, and with it all that ran there. */
  crashed(engine: number, all: readonly (EngineStatistics | null)[]): void {
    this.restarts.inc()
    this.#engineRestarts.inc({ engine })
    this.#observeLoad(all)
  }

  /** @param all the latest statistics of every engine, null while it is down */
  observe(statistics: EngineStatistics, all: readonly (EngineStatistics | null)[]): void {
    this.#observeLoad(all)
    this.#promptTokens.inc(statistics.promptTokens)
    this.#reusedTokens.inc(statistics.reusedTokens)
    this.#prefillTokens.inc(statistics.prefillTokens)
    this.#generatedTokens.inc(statistics.decodeTokens)
    this.totals.prompt_tokens += statistics.promptTokens
    this.totals.generated_tokens += statistics.decodeTokens
    if (statistics.decodeSteps > 0) this.#batchRows.observe(statistics.decodeRows / statistics.decodeSteps)
  }

  #observeLoad(all: readonly (EngineStatistics | null)[]): void {
    const sum = (field: 'running' | 'waiting' | 'cacheTokens') =>
      all.reduce((total, one) => total + (one?.[field] ?? 0), 0)
    this.#running.set(sum('running'))
    this.#waiting.set(sum('waiting'))
    this.#cacheUsage.set(sum('cacheTokens') / this.#cacheTokens)
    for (const [engine, one] of all.entries()) this.#engineRunning.set({ engine }, one?.running ?? 0)
  }

  #gauge(name: string, help: string): Gauge {
    return new Gauge({ ...this.#with, name: `keval_node_${name}`, help })
  }

  #counter(name: string, help: string): Counter {
    return new Counter({ ...this.#with, name: `keval_node_${name}`, help })
  }

  #histogram(name: string, help: string): Histogram {
    return new Histogram({ ...this.#with, name: `keval_node_${name}`, help, buckets: seconds })
  }
}
