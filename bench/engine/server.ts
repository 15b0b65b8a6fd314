import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { median, table } from './processes.ts'

// node bench/engine/server.ts [--model DIR] [--requests 1000]: what HTTP costs, event-loop lag, memory over time
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(import.meta.dirname, '../../inference-node/keval-mini/model') },
    port: { type: 'string', default: '9394' },
    requests: { type: 'string', default: '1000' },
    'at-once': { type: 'string', default: '8' },
    'max-tokens': { type: 'string', default: '60' },
    threads: { type: 'string', default: '2' },
    content: { type: 'string', default: '대한민국의 수도는 어디이며, 그 까닭은 무엇인지 평가해 주세요. ' },
  },
})
const cli = join(import.meta.dirname, '../../inference-node/cli.ts')
const args = [
  'serve',
  '--model',
  values.model,
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
while (!(await ready())) await new Promise((resolve) => setTimeout(resolve, 50))
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
      max_tokens: Number(values['max-tokens']),
      seed: index,
      stream: index % 2 === 1,
    }),
  })
  const text = await response.text()
  const last = index % 2 === 1 ? text.split('\n\n').at(-3)!.slice('data: '.length) : text
  const { keval } = JSON.parse(last) as { keval: { queue_ms: number; prefill_ms: number; decode_ms: number } }
  const inside = keval.queue_ms + keval.prefill_ms + keval.decode_ms
  engineMs.push(inside)
  overheadMs.push(performance.now() - startedAt - inside)
  generated++
}

const rows: string[][] = []
const total = Number(values.requests)
const startedAt = performance.now()
for (let next = 0, mark = 0; mark < 5; mark++) {
  const until = Math.round((total * (mark + 1)) / 5)
  await Promise.all(
    Array.from({ length: Number(values['at-once']) }, async () => {
      while (next < until) await ask(next++)
    }),
  )
  const [server, engine] = memory()
  rows.push([String(until), server.toFixed(0), engine.toFixed(0)])
}
const seconds = (performance.now() - startedAt) / 1000
const lag = await metric('nodejs_eventloop_lag_p99_seconds')
const tokens = await metric('keval_node_generated_tokens_total')
node.kill('SIGTERM')
await new Promise((resolve) => node.once('exit', resolve))

const overhead = median(overheadMs)
console.log(`${generated} requests, ${values['at-once']} at once, half of them streamed: ${(generated / seconds).toFixed(1)} requests/s, \
${(tokens / seconds).toFixed(0)} tokens/s.
Outside the engine (client and HTTP, both on this machine): median ${overhead.toFixed(1)} ms of ${(overhead + median(engineMs)).toFixed(1)} ms.
Event-loop lag of the server: ${(lag * 1000).toFixed(1)} ms at p99.\n`)
console.log(table(['after requests', 'server MB', 'engine MB'], rows))
