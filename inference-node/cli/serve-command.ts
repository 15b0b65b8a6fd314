import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import pino from 'pino'
import { chatLimits } from '../../schema/api/chat.ts'
import type { EngineConfig } from '../engine/protocol.ts'
import { type ServeOptions, ServeProblem, serve } from '../server/serve.ts'
import { choice, command, count, index, UsageError } from './command-line.ts'
import { readJoinOptions, requireBearerToken } from './join-options.ts'

const embeddedModel = `${import.meta.dirname}/../../keval-mini/model`

const usage = `keval-node serve [options]

  --model DIR            model directory (default: the embedded keval-mini)
  --host ADDRESS         address to listen on (default 127.0.0.1)
  --port NUMBER          port to listen on (default 9090)
  --provider NAME        auto, cpu, webgpu or cuda (default auto)
  --runtime NAME         auto, io-binding or binding (default auto)
  --device NUMBER        GPU among those that CUDA_VISIBLE_DEVICES shows (default 0)
  --devices LIST         several of them, such as 0,1: one engine process on each, behind one queue
  --engines NUMBER       several engine processes on one device, which divide its memory and threads (default 1)
  --threads NUMBER       CPU threads of an engine (default: all, divided by the engines)
  --slots NUMBER         answers at once (default: as memory allows, up to 8, on a GPU 64)
  --slot-tokens NUMBER   tokens of prompt and answer together (default: the model's, up to 8192)
  --cache-mb NUMBER      memory for the KV cache (default: half of what is free beside the weights,
                         on a GPU nine tenths)
  --chunk-tokens NUMBER  prompt tokens computed between two decode steps (default 128, on a GPU 512)
  --tune NAME            measure the settings at start, for a minute at most, and keep them: auto (default: at the first
                         start on a GPU), always (whenever no result fits) or never (see keval-node tune)
  --queue NUMBER         answers that may wait (default 1024)
  --queue-seconds, --first-token-seconds, --between-tokens-seconds, --total-seconds NUMBER
                         time limits of a request (defaults 120, 120, 60, 900)
  --stall-seconds NUMBER an engine silent for so long amid work is replaced (default 120)
  --drain-seconds NUMBER time for running answers after SIGTERM (default 30)
  --gateway URL          register with this gateway, and keep registered
  --join TOKEN           join token for the first time (or KEVAL_JOIN_TOKEN)
  --node-id NAME         name at the gateway (default: this machine's)
  --advertise URL        where the gateway reaches this node (default: the address it listens on)
  --connect HOW          direct: the gateway calls that address (default); outbound: this node opens a
                         connection to the gateway, and needs no address
  --region TEXT          note for operators
  --credential-file FILE where the node keeps its credential (default ~/.local/state/keval-node/NAME.json)
  --force                serve a model whose certificate fails
  --log-level LEVEL      trace to fatal (default info)
  --log-content          DEBUG ONLY: write prompts and answers to the log

KEVAL_NODE_SECRET in the environment is the shared secret that requests must bear.`

const number = { type: 'string' } as const

const maxEngines = 64

/** `0,1`: numbers of GPUs, each once. */
function parseDevices(value: string | boolean | undefined): number[] | null {
  if (value === undefined) return null
  const names = String(value)
    .split(',')
    .map((name) => name.trim())
  if (!names.every((name) => /^\d{1,3}$/.test(name)) || new Set(names).size < names.length)
    throw new UsageError('--devices takes different whole numbers from 0, separated by commas')
  return names.map(Number)
}

/** A timer of more than 24 days would fire at once. */
const maxSeconds = 86_400

/** `keval-node serve`: resolves once the node is ready; it then runs until a signal. */
export const serveCommand = command(
  'serve',
  usage,
  {
    model: { type: 'string', default: embeddedModel },
    host: { type: 'string', default: '127.0.0.1' },
    port: number,
    provider: { type: 'string' },
    runtime: { type: 'string' },
    device: number,
    devices: number,
    engines: number,
    threads: number,
    slots: number,
    'slot-tokens': number,
    'cache-mb': number,
    'chunk-tokens': number,
    tune: { type: 'string' },
    queue: number,
    'queue-seconds': number,
    'first-token-seconds': number,
    'between-tokens-seconds': number,
    'total-seconds': number,
    'stall-seconds': number,
    'drain-seconds': number,
    gateway: { type: 'string' },
    join: { type: 'string' },
    'node-id': { type: 'string' },
    advertise: { type: 'string' },
    connect: { type: 'string' },
    region: { type: 'string' },
    'credential-file': { type: 'string' },
    force: { type: 'boolean', default: false },
    'log-level': { type: 'string' },
    'log-content': { type: 'boolean', default: false },
  },
  async (positionals, values, output) => {
    if (positionals.length > 0) throw new UsageError(`"${positionals[0]}" is not an option`)
    const given = (name: string) => (values[name] === undefined ? null : count(values, name, 1))
    const milliseconds = (name: string, fallback: number) => {
      const seconds = count(values, name, fallback)
      if (seconds > maxSeconds) throw new UsageError(`--${name} takes ${maxSeconds} (a day) or less`)
      return seconds * 1000
    }
    const model = String(values.model)
    const port = count(values, 'port', 9090)
    if (port > 65_535) throw new UsageError('--port takes a number from 1 to 65535')
    const chunkTokens = given('chunk-tokens')
    if (chunkTokens !== null && chunkTokens < 8) throw new UsageError('--chunk-tokens takes 8 or more')
    const queueLimit = count(values, 'queue', 1024)
    if (queueLimit < chatLimits.samples)
      throw new UsageError(`--queue takes ${chatLimits.samples} or more: the samples of one request`)
    const cacheMegabytes = given('cache-mb')
    const level = choice(values, 'log-level', ['trace', 'debug', 'info', 'warn', 'error', 'fatal'], 'info')
    const devices = parseDevices(values.devices)
    if (devices !== null && (values.device !== undefined || values.engines !== undefined))
      throw new UsageError('--devices excludes --device and --engines')
    const engineCount = devices?.length ?? count(values, 'engines', 1)
    if (engineCount > maxEngines) throw new UsageError(`at most ${maxEngines} engines are possible`)
    const isAlone = engineCount === 1
    const config: EngineConfig = {
      modelDirectory: model,
      provider: choice(
        values,
        'provider',
        ['auto', 'cpu', 'webgpu', 'cuda'],
        devices === null ? 'auto' : 'cuda',
      ),
      runtime: choice(values, 'runtime', ['auto', 'io-binding', 'binding'], 'auto'),
      slots: given('slots'),
      slotTokens: given('slot-tokens'),
      cacheBytes: cacheMegabytes === null ? null : cacheMegabytes * 1e6,
      chunkTokens,
      device: index(values, 'device'),
      threads:
        given('threads') ?? (isAlone ? null : Math.max(1, Math.floor(availableParallelism() / engineCount))),
      memoryShare: devices === null ? 1 / engineCount : 1,
      force: values.force === true,
      tune: choice(values, 'tune', ['auto', 'always', 'never'], 'auto'),
    }
    const host = String(values.host)
    const text = (name: string) => (values[name] === undefined ? undefined : String(values[name]))
    const join = readJoinOptions(
      {
        gateway: text('gateway'),
        join: text('join'),
        'node-id': text('node-id'),
        advertise: text('advertise'),
        connect: text('connect'),
        region: text('region'),
        'credential-file': text('credential-file'),
      },
      { host, port },
    )
    // the gateway learns the secret when the node joins: nobody needs to choose one
    const joinSecret = join === null ? null : randomBytes(32).toString('base64url')
    const givenSecret = process.env.KEVAL_NODE_SECRET || null
    if (givenSecret !== null) requireBearerToken('KEVAL_NODE_SECRET', givenSecret)
    const options: ServeOptions = {
      host,
      port,
      secret: givenSecret ?? joinSecret,
      join,
      engines: Array.from({ length: engineCount }, (_, engine) => ({
        ...config,
        device: devices?.[engine] ?? config.device,
      })),
      embedded: resolve(model) === resolve(embeddedModel),
      queueLimit,
      limits: {
        queueMs: milliseconds('queue-seconds', 120),
        firstTokenMs: milliseconds('first-token-seconds', 120),
        betweenTokensMs: milliseconds('between-tokens-seconds', 60),
        totalMs: milliseconds('total-seconds', 900),
      },
      stallMs: milliseconds('stall-seconds', 120),
      drainMs: milliseconds('drain-seconds', 30),
      bodyBytes: 2 << 20,
      logContent: values['log-content'] === true,
    }
    try {
      await serve(options, pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }))
      return 0
    } catch (error) {
      if (!(error instanceof ServeProblem)) throw error
      output.note(`keval-node serve: ${error.message}`)
      process.exit(1)
    }
  },
)
