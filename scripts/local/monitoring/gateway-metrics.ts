import { Counter, Gauge, Histogram, Registry } from 'prom-client'

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

/** A request as the gateway logs it (gateway/http/request-log.ts). */
interface RequestLine {
  event: string
  method: string
  route: string
  status: number
  duration_ms: number
  verdict?: string
  source?: string
  node?: string
  code?: string
  promptTokens?: number
  completionTokens?: number
}

/** Values read at each scrape, once per gauge. */
export interface Readings {
  stateBytes(): number
  diskFreeBytes(): number
  diskWatermarkBytes: number
  /** Resident memory of the runtime: all tenants' objects and the Worker's isolates; null where it is unknown. */
  runtimeBytes(): number | null
  nodes(): Promise<NodeReading[]>
  /** Null while the gateway does not answer. */
  workload(): Promise<WorkloadReading | null>
}

/** Numbers of waiting judgments. */
export interface WorkloadReading {
  runsWaiting: number
  jobsRunning: number
  itemsPending: number
}

export interface NodeReading {
  id: string
  isUp: boolean
  running: number
  waiting: number
  slots: number
}

/** The metrics of a gateway on one machine: its requests as they are logged, and readings of machine and nodes. */
export class GatewayMetrics {
  readonly registry = new Registry()
  readonly #with = { registers: [this.registry] }
  readonly #requests = new Counter({
    ...this.#with,
    name: 'keval_gateway_requests_total',
    help: 'Requests by route, method and HTTP status.',
    labelNames: ['route', 'method', 'status'],
  })
  readonly #requestSeconds = new Histogram({
    ...this.#with,
    name: 'keval_gateway_request_seconds',
    help: 'From the request to the end of its answer, by route.',
    labelNames: ['route'],
    buckets: seconds,
  })
  readonly #judgments = new Counter({
    ...this.#with,
    name: 'keval_gateway_judgments_total',
    help: 'Answered judgments by verdict and by what answered: memory, edge, stored, joined or node.',
    labelNames: ['source', 'verdict'],
  })
  readonly #nodeAnswers = new Counter({
    ...this.#with,
    name: 'keval_gateway_node_answers_total',
    help: 'Judgments and completions that a node made, by node.',
    labelNames: ['node'],
  })
  readonly #failures = new Counter({
    ...this.#with,
    name: 'keval_gateway_failures_total',
    help: 'Failed requests by error code.',
    labelNames: ['code'],
  })
  readonly #tokens = new Counter({
    ...this.#with,
    name: 'keval_gateway_tokens_total',
    help: 'Tokens of judgments and completions that a node made.',
    labelNames: ['kind'],
  })
  readonly #restarts = new Counter({
    ...this.#with,
    name: 'keval_gateway_restarts_total',
    help: 'Times the runtime or the node beside it ended unexpectedly and was started again.',
    labelNames: ['process'],
  })

  #runtimeRestarts = 0

  constructor(readings: Readings) {
    for (const process of ['runtime', 'node']) this.#restarts.inc({ process }, 0)
    this.#gauge('state_bytes', 'Size of the state folder.', readings.stateBytes)
    this.#gauge('disk_free_bytes', 'Free bytes on the disk of the state folder.', readings.diskFreeBytes)
    this.#gauge(
      'disk_watermark_bytes',
      'Free bytes below which uploads are refused.',
      () => readings.diskWatermarkBytes,
    )
    this.#gauge('runtime_resident_bytes', 'Resident memory of the runtime.', readings.runtimeBytes)
    this.#nodeGauges(readings)
    this.#workloadGauges(readings)
  }

  /** Counts the requests in what the gateway logged: one or several lines of JSON. */
  observe(logged: string): void {
    for (const line of logged.split('\n')) {
      if (!line.startsWith('{"level"')) continue
      const request = parse(line)
      if (request?.event === 'request' || request?.event === 'stream') this.#count(request)
    }
  }

  get runtimeRestarts(): number {
    return this.#runtimeRestarts
  }

  restarted(process: 'runtime' | 'node'): void {
    if (process === 'runtime') this.#runtimeRestarts += 1
    this.#restarts.inc({ process })
  }

  #count({ method, route, status, duration_ms: milliseconds, ...fields }: RequestLine): void {
    this.#requests.inc({ route, method, status })
    this.#requestSeconds.observe({ route }, milliseconds / 1000)
    if (fields.code !== undefined) this.#failures.inc({ code: fields.code })
    if (fields.verdict !== undefined)
      this.#judgments.inc({ source: fields.source ?? 'unknown', verdict: fields.verdict })
    // a repeat carries the node and tokens of the judgment it repeats
    if (fields.source !== undefined && fields.source !== 'node') return
    if (fields.node !== undefined) this.#nodeAnswers.inc({ node: fields.node })
    if (fields.promptTokens) this.#tokens.inc({ kind: 'prompt' }, fields.promptTokens)
    if (fields.completionTokens) this.#tokens.inc({ kind: 'completion' }, fields.completionTokens)
  }

  #gauge(name: string, help: string, read: () => number | null): void {
    new Gauge({
      ...this.#with,
      name: `keval_gateway_${name}`,
      help,
      collect() {
        const value = read()
        if (value !== null) this.set(value)
      },
    })
  }

  #workloadGauges({ workload }: Readings): void {
    const make = (name: string, help: string, read: (found: WorkloadReading) => number) =>
      new Gauge({
        ...this.#with,
        name: `keval_gateway_${name}`,
        help,
        async collect() {
          const found = await workload()
          if (found !== null) this.set(read(found))
        },
      })
    make('runs_waiting', 'Requests that wait for a slot of their plan.', ({ runsWaiting }) => runsWaiting)
    make('jobs_running', 'Evaluations and batches that run.', ({ jobsRunning }) => jobsRunning)
    make(
      'job_items_pending',
      'Judgments and lines of running evaluations and batches that are not made yet.',
      ({ itemsPending }) => itemsPending,
    )
  }

  #nodeGauges({ nodes }: Readings): void {
    const make = (name: string, help: string, read: (node: NodeReading) => number) =>
      new Gauge({
        ...this.#with,
        name: `keval_gateway_node_${name}`,
        help,
        labelNames: ['node'],
        async collect() {
          const found = await nodes()
          this.reset()
          for (const node of found) this.set({ node: node.id }, read(node))
        },
      })
    make('up', 'Whether the last check of a node succeeded.', ({ isUp }) => (isUp ? 1 : 0))
    make('running', 'Answers that a node works on.', ({ running }) => running)
    make('waiting', 'Answers in the queue of a node.', ({ waiting }) => waiting)
    make('slots', 'Answers that a node can work on at once.', ({ slots }) => slots)
  }
}

function parse(line: string): RequestLine | null {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
