import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { median, table } from './processes.ts'

// node bench/engine/engines.ts [--model DIR] [--rounds 5] [--requests 48]: two engines against one, on the same cores
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(import.meta.dirname, '../../keval-mini/model') },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '48' },
    'at-once': { type: 'string', default: '16' },
    'max-tokens': { type: 'string', default: '64' },
  },
})
const cli = join(import.meta.dirname, '../../inference-node/cli.ts')
const counts = [1, 2]

interface Node {
  engines: number
  url: string
  model: string
  stop(): Promise<unknown>
}

async function start(engines: number): Promise<Node> {
  const port = 9400 + engines
  const args = ['serve', '--model', values.model, '--port', String(port), '--engines', String(engines)]
  const child = spawn(process.execPath, [cli, ...args, '--log-level', 'warn'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const url = `http://127.0.0.1:${port}`
  const isReady = async () => {
    const health = (await (await fetch(`${url}/health`)).json()) as { engines: { status: string }[] }
    return health.engines.every(({ status }) => status === 'ready')
  }
  while (!(await isReady().catch(() => false))) {
    if (child.exitCode !== null) throw new Error('the node did not start; what it wrote stands above')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] }
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { engines, url, model: data[0]!.id, stop }
}

/** Answers a second, each prompt another one. */
async function measure({ url, model }: Node, round: number): Promise<number> {
  const total = Number(values.requests)
  let next = 0
  const work = async () => {
    while (next < total) {
      const content = `${round}-${next++}: 다음 답변을 평가하고 마지막 줄에 평점을 쓰세요. ${'답변의 내용입니다. '.repeat(20)}`
      const response = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          model,
          seed: next,
          max_tokens: Number(values['max-tokens']),
          messages: [{ role: 'user', content }],
        }),
      })
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
      await response.arrayBuffer()
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: Number(values['at-once']) }, work))
  return total / ((performance.now() - startedAt) / 1000)
}

const nodes = await Promise.all(counts.map(start))
try {
  const rates = new Map(nodes.map((node) => [node, [] as number[]]))
  for (const node of nodes) await measure(node, -1)
  for (let round = 0; round < Number(values.rounds); round++)
    for (const node of nodes) rates.get(node)!.push(await measure(node, round))
  const base = median(rates.get(nodes[0]!)!)
  console.log(
    table(
      ['engines', 'answers/s', 'lowest', 'highest', 'against one'],
      nodes.map((node) => {
        const measured = rates.get(node)!
        const middle = median(measured)
        const figures = [middle, Math.min(...measured), Math.max(...measured)].map((rate) => rate.toFixed(1))
        return [String(node.engines), ...figures, (middle / base).toFixed(2)]
      }),
    ),
  )
} finally {
  await Promise.all(nodes.map((node) => node.stop()))
}
