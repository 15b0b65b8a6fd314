import { type Failure, FailureError } from '../../schema/api/errors.ts'
import type { EngineGroup } from '../engine/process/engine-group.ts'
import type { GenerateEvent, GenerateRequest } from '../engine/protocol.ts'
import type { Admission } from './admission.ts'
import { Deadlines, type TimeLimits } from './deadlines.ts'
import type { Metrics } from './metrics.ts'
import type { Throughput } from './throughput.ts'

export interface GenerationServices {
  engine: EngineGroup
  admission: Admission
  throughput: Throughput
  metrics: Metrics
  limits: TimeLimits
  /** Generations under way, for draining. */
  active: Set<Generation>
}

/**
 * One request in the engine, from admission to its last event. It ends normally, by a time limit, or by `cancel`
 * when the client has disconnected; then its slots are free.
 */
export class Generation {
  readonly #services: GenerationServices
  readonly #request: GenerateRequest
  readonly #deadlines: Deadlines
  readonly #queue: GenerateEvent[] = []
  readonly #lastTokenAt = new Map<number, number>()
  readonly #startedSamples = new Set<number>()
  readonly #beganAt = performance.now()
  #failure: Failure | null = null
  #notify: (() => void) | null = null
  #waiting: number
  #unfinished: number
  #over = false
  #cancelled = false

  /** @throws FailureError when the engine is not ready or the queue is full */
  constructor(services: GenerationServices, request: GenerateRequest) {
    const { engine, admission, limits } = services
    if (engine.state.status !== 'ready') throw new FailureError(engine.unavailable())
    const refusal = admission.admit(request.tenant, request.samples)
    if (refusal) throw new FailureError(refusal)
    this.#services = services
    this.#request = request
    this.#waiting = request.samples
    this.#unfinished = request.samples
    this.#deadlines = new Deadlines(limits, (failure) => this.fail(failure))
    services.active.add(this)
    engine.generate(request, (event) => this.#receive(event))
  }

  /** The events of the request, until all samples are finished. @throws FailureError when it fails */
  async *events(): AsyncGenerator<Exclude<GenerateEvent, { type: 'failed' }>> {
    try {
      for (;;) {
        const event = this.#queue.shift()
        if (event && event.type !== 'failed') yield event
        else if (this.#failure) throw new FailureError(this.#failure)
        else if (this.#over) return
        else
          await new Promise<void>((resolve) => {
            this.#notify = resolve
          })
      }
    } finally {
      // a reader that failed does not come back
      this.cancel()
    }
  }

  /** The client has disconnected: the events simply end. */
  cancel(): void {
    if (this.#over) return
    this.#cancelled = true
    this.#services.metrics.answers.inc({ finish_reason: 'cancelled' }, this.#unfinished)
    this.#end()
  }

  get cancelled(): boolean {
    return this.#cancelled
  }

  fail(failure: Failure): void {
    if (this.#over) return
    this.#failure = failure
    this.#end()
  }

  #receive(event: GenerateEvent): void {
    this.#queue.push(event)
    if (event.type === 'failed') this.fail(event.failure)
    else if (event.type === 'started') this.#started(event.sample)
    else if (event.type === 'text') this.#advanced(event.sample)
    else if (event.type === 'finished') this.#finished(event)
    this.#notify?.()
  }

  /** A sample starts again where its engine crashed before the first token; its place in the queue was given back. */
  #started(sample: number): void {
    if (this.#startedSamples.has(sample)) return
    this.#startedSamples.add(sample)
    const { admission, metrics } = this.#services
    this.#waiting--
    admission.release(this.#request.tenant, 1)
    metrics.queueSeconds.observe((performance.now() - this.#beganAt) / 1000)
    this.#deadlines.enter('firstTokenMs')
  }

  #advanced(sample: number): void {
    const { metrics } = this.#services
    const now = performance.now()
    const last = this.#lastTokenAt.get(sample)
    if (last === undefined) metrics.firstTokenSeconds.observe((now - this.#beganAt) / 1000)
    else metrics.betweenTokensSeconds.observe((now - last) / 1000)
    this.#lastTokenAt.set(sample, now)
    this.#deadlines.enter('betweenTokensMs')
  }

  #finished(event: Extract<GenerateEvent, { type: 'finished' }>): void {
    const { throughput, metrics } = this.#services
    throughput.finished()
    metrics.finished(event.reason)
    this.#unfinished--
    if (this.#unfinished === 0) this.#end()
    else if (this.#unfinished === this.#waiting) this.#deadlines.enter('queueMs')
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    const { engine, admission, active, metrics } = this.#services
    this.#deadlines.clear()
    if (this.#waiting > 0) admission.release(this.#request.tenant, this.#waiting)
    engine.release(this.#request.id, this.#unfinished > 0)
    active.delete(this)
    metrics.requestSeconds.observe((performance.now() - this.#beganAt) / 1000)
    this.#notify?.()
  }
}
