import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type LlamaShape, shapes } from '../convert/random-checkpoint.ts'
import { makeModels, makeServable, parseBlock } from './models.ts'
import { median, table } from './processes.ts'

// node bench/engine/server.ts [--model DIR | --shape 1b] [--requests 1000] [--minutes 30] [--quick]: what HTTP costs, event-loop lag, memory
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(import.meta.dirname, '../../keval-mini/model') },
    /** A model of random weights in place of `model`. */
    shape: { type: 'string' },
    dir: { type: 'string', default: join(tmpdir(), 'keval-bench') },
    block: { type: 'string', default: 'mixed' },
    /** Random weights give flat logits, from which drawing takes longer than from a trained model's: use 0 there. */
    temperature: { type: 'string' },
    port: { type: 'string', default: '9394' },
    /** Tries the bench itself: few requests, short answers. */
    quick: { type: 'boolean', default: false },
    requests: { type: 'string' },
    /** No request is begun after so many minutes. */
    minutes: { type: 'string', default: '30' },
    'at-once': { type: 'string', default: '8' },
    'max-tokens': { type: 'string' },
    threads: { type: 'string', default: '2' },
    content: { type: 'string', default: '대한민국의 수도는 어디이며, 그 까닭은 무엇인지 평가해 주세요. ' },
  },
})
const shape = values.shape as LlamaShape | undefined
const served = shape
  ? makeServable(
      (await makeModels(values.dir, shape, parseBlock(values.block))).byRow,
      shapes[shape].vocab_size,
    )
  : values.model
const cli = join(import.meta.dirname, '../../inference-node/cli.ts')
const args = [
  'serve',
  '--model',
  served,
  '--port',
  values.port,
  '--threads',
  values.threads,
  '--log-level',
  'warn',
]
const node = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
const url = `http://127.0.0.1:${values.port}`
const ready = async () => (await fetch(`${url}/health`).catch(() => null))?.ok
let ended = false
node.once('exit', () => {
  ended = true
})
while (!ended && !(await ready())) await new Promise((resolve) => setTimeout(resolve, 50))
if (ended) throw new Error('the node did not start; what it wrote stands above')
const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] }

/** Resident megabytes of the server and of its engine. */
function memory(): [number, number] {
  const resident = (pid: number) => {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024
  }
  const engine = readFileSync(`/proc/${node.pid}/task/${node.pid}/children`, 'utf8').trim().split(' ')[0]
  return [resident(node.pid!), resident(Number(engine))]
}

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  )
}

const engineMs: number[] = []
const overheadMs: number[] = []
let generated = 0
async function ask(index: number): Promise<void> {
  const startedAt = performance.now()
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: data[0]!.id,
      messages: [{ role: 'user', content: `${values.content.repeat(1 + (index % 5))}${index}` }],
      max_tokens: Number(values['max-tokens'] ?? (values.quick ? 4 : 60)),
      seed: index,
      ...(values.temperature !== undefined && { temperature: Number(values.temperature) }),
      stream: index % 2 === 1,
    }),
  })
  const text = await response.text()
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`)
  const last = index % 2 === 1 ? text.split('\n\n').at(-3)!.slice('data: '.length) : text
  const { keval } = JSON.parse(last) as { keval: { queue_ms: number; prefill_ms: number; decode_ms: number } }
  const inside = keval.queue_ms + keval.prefill_ms + keval.decode_ms
  engineMs.push(inside)
  overheadMs.push(performance.now() - startedAt - inside)
  generated++
}

const rows: string[][] = []
const total = Number(values.requests ?? (values.quick ? 20 : 1000))
const startedAt = performance.now()
const end = startedAt + Number(values.minutes) * 60_000
for (let next = 0, mark = 0; mark < 5; mark++) {
  const until = Math.round((total * (mark + 1)) / 5)
  await Promise.all(
    Array.from({ length: Number(values['at-once']) }, async () => {
      while (next < until && performance.now() < end) await ask(next++)
    }),
  )
  const [server, engine] = memory()
  console.error(`${generated} of ${total} requests`)
  rows.push([String(generated), server.toFixed(0), engine.toFixed(0)])
}
const seconds = (performance.now() - startedAt) / 1000
const lag = await metric('nodejs_eventloop_lag_p99_seconds')
const tokens = await metric('keval_node_generated_tokens_total')
node.kill('SIGTERM')
await new Promise((resolve) => node.once('exit', resolve))

/** prom-client samples the loop so often, and the time between two samples is a part of what it reports. */
const samplingMs = 10
const overhead = median(overheadMs)
console.log(`${generated} requests, ${values['at-once']} at once, half of them streamed: ${(generated / seconds).toFixed(1)} requests/s, \
${(tokens / seconds).toFixed(0)} tokens/s.
Outside the engine (client and HTTP, both on this machine): median ${overhead.toFixed(1)} ms of ${(overhead + median(engineMs)).toFixed(1)} ms.
Event-loop lag of the server: ${Math.max(0, lag * 1000 - samplingMs).toFixed(1)} ms at p99, the ${samplingMs} ms between two samples taken off.\n`)
console.log(table(['after requests', 'server MB', 'engine MB'], rows))
