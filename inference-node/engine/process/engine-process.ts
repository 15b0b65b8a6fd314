import { type ChildProcess, fork } from 'node:child_process'
import { type Failure, reason as failureReason } from '../../../schema/api/errors.ts'
import type {
  EngineConfig,
  EngineStatistics,
  FromEngine,
  GenerateEvent,
  GenerateRequest,
  LoadedModel,
  ToEngine,
} from '../protocol.ts'
import { toDeviceEnvironment } from './survey-model.ts'

export type EngineState =
  | { status: 'starting'; reason: string }
  | { status: 'ready'; reason: null }
  /** It ended and will be started again. */
  | { status: 'failing'; reason: string }
  | { status: 'stopped'; reason: string }

export interface EngineProcessOptions {
  config: EngineConfig
  /** Without a sign of life for so long, while it has work, the process is taken for hung and replaced. */
  stallMs: number
  onStatistics: (statistics: EngineStatistics) => void
  onStateChange: (state: EngineState) => void
  /** Receives what takes long while the model is loaded. */
  onNotice: (line: string) => void
}

const initialDelayMs = 250
const maxDelayMs = 30_000
/** After running this long a crash is treated as the first one. */
const steadyMs = 60_000
const stopMs = 3_000

/**
 * The engine as the server sees it: a process of its own that is started again when it ends. Requests that were in
 * it then fail; nothing else of the server is touched.
 */
export class EngineProcess {
  readonly #options: EngineProcessOptions
  readonly #listeners = new Map<number, (event: GenerateEvent) => void>()
  #child: ChildProcess | null = null
  #state: EngineState = { status: 'starting', reason: 'the engine has not been started' }
  #model: LoadedModel | null = null
  #crashes = 0
  #restarts = 0
  #readyAt = 0
  #restartTimer: NodeJS.Timeout | null = null
  #stallTimer: NodeJS.Timeout | null = null
  /** Since when it has work and gave no sign of life; null without work. */
  #silentSince: number | null = null

  constructor(options: EngineProcessOptions) {
    this.#options = options
  }

  get state(): EngineState {
    return this.#state
  }

  /** Null until the first load; kept during a restart. */
  get model(): LoadedModel | null {
    return this.#model
  }

  get restarts(): number {
    return this.#restarts
  }

  /** Milliseconds without a sign of life amid work; 0 without work. */
  get silentMs(): number {
    return this.#silentSince === null ? 0 : performance.now() - this.#silentSince
  }

  /** The running process, for tests that end it. */
  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  /** Starts the process and loads the model. Rejects with one line when the model is refused. */
  start(): Promise<LoadedModel> {
    return new Promise((resolve, reject) => {
      this.#spawn((model) => (typeof model === 'string' ? reject(new Error(model)) : resolve(model)))
    })
  }

  /** Hands a request over; every event of it goes to `listen`, the last one is `failed` or the last `finished`. */
  generate(request: GenerateRequest, listen: (event: GenerateEvent) => void): void {
    if (this.#state.status !== 'ready') {
      listen({ type: 'failed', id: request.id, failure: this.unavailable(), crashed: false })
      return
    }
    this.#listeners.set(request.id, listen)
    this.#send({ type: 'generate', request })
    // a running watchdog is not restarted: new requests are no sign of progress
    if (!this.#stallTimer) this.#watchForStall()
  }

  /** Stops a request; its further events are dropped. Must also be called after it has ended. */
  release(id: number, unfinished: boolean): void {
    if (this.#listeners.delete(id) && unfinished) this.#send({ type: 'cancel', id })
  }

  async stop(): Promise<void> {
    this.#change({ status: 'stopped', reason: 'the node is shutting down' })
    if (this.#restartTimer) clearTimeout(this.#restartTimer)
    if (this.#stallTimer) clearTimeout(this.#stallTimer)
    const child = this.#child
    if (!child) return
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs)
    if (child.connected) child.disconnect()
    await ended
    clearTimeout(timer)
  }

  /** Why a request cannot be taken now, and when to come back. */
  unavailable(): Failure {
    const { reason } = this.#state
    const seconds = (this.#delayMs() + (this.#model?.loadMs ?? 0)) / 1000
    return {
      code: 'engine_unavailable',
      ...failureReason('engine_not_ready', { problem: reason ?? 'it is starting' }),
      source: 'node',
      retryAfter: Math.max(1, Math.ceil(seconds)),
    }
  }

  #spawn(firstOutcome: ((model: LoadedModel | string) => void) | null): void {
    this.#change({ status: 'starting', reason: 'the model is being loaded' })
    const child = fork(new URL('./main.ts', import.meta.url), {
      serialization: 'advanced',
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      execArgv: [],
      env: { ...process.env, ...toDeviceEnvironment(this.#options.config.device) },
    })
    this.#child = child
    let outcome = firstOutcome
    let refusal: string | null = null
    child.on('message', (message: FromEngine) => {
      if (message.type === 'events') this.#deliver(message.events, message.statistics)
      else if (message.type === 'loaded') {
        this.#model = message.model
        this.#readyAt = performance.now()
        this.#change({ status: 'ready', reason: null })
        outcome?.(message.model)
        outcome = null
      } else if (message.type === 'notice') {
        this.#change({ status: 'starting', reason: message.line })
        this.#options.onNotice(message.line)
      } else {
        refusal = message.reason
        child.kill('SIGKILL')
      }
    })
    child.on('error', (error) => {
      refusal ??= error.message
    })
    child.once('exit', (code, signal) => {
      const how = refusal ?? `the engine process ended (${signal ?? `exit code ${code}`})`
      this.#child = null
      if (outcome) {
        this.#change({ status: 'stopped', reason: how })
        outcome(how)
      } else this.#recover(how)
    })
    this.#send({ type: 'load', config: this.#options.config })
  }

  #recover(how: string): void {
    if (this.#stallTimer) clearTimeout(this.#stallTimer)
    this.#stallTimer = null
    this.#silentSince = null
    if (this.#state.status === 'stopped') return
    this.#crashes = performance.now() - this.#readyAt > steadyMs ? 1 : this.#crashes + 1
    this.#restarts++
    const delay = this.#delayMs()
    this.#change({ status: 'failing', reason: `${how}; it is started again in ${delay} ms` })
    const failure = this.unavailable()
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const [id, listen] of listeners) listen({ type: 'failed', id, failure, crashed: true })
    this.#restartTimer = setTimeout(() => this.#spawn(null), delay)
  }

  #deliver(events: GenerateEvent[], statistics: EngineStatistics): void {
    this.#options.onStatistics(statistics)
    for (const event of events) this.#listeners.get(event.id)?.(event)
    this.#watchForStall()
  }

  #watchForStall(): void {
    if (this.#stallTimer) clearTimeout(this.#stallTimer)
    this.#stallTimer = null
    this.#silentSince = null
    if (this.#listeners.size === 0) return
    this.#silentSince = performance.now()
    this.#stallTimer = setTimeout(() => this.#child?.kill('SIGKILL'), this.#options.stallMs)
  }

  #send(message: ToEngine): void {
    if (this.#child?.connected) this.#child.send(message, () => {}) // its end is seen by `exit`
  }

  #delayMs(): number {
    return Math.min(maxDelayMs, initialDelayMs * 2 ** Math.max(0, this.#crashes - 1))
  }

  #change(state: EngineState): void {
    this.#state = state
    this.#options.onStateChange(state)
  }
}
