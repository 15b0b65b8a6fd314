import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { serveGateway } from '../../scripts/local/gateway.ts'

// An evaluation through queue, object and an instant node, against posting the same rows one by one. A step that
// does not end within its time ends the bench: node bench/evaluations/run.ts --rows 10000 --minutes 30
// --node-rate 50 slows the node to 50 answers a second, eight at a time.
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    minutes: { type: 'string', default: '30' },
    'node-rate': { type: 'string' },
  },
})
const count = Number(values.rows)
/** Answers a second of the node; null for as many as it can. */
const nodeRate = values['node-rate'] === undefined ? null : Number(values['node-rate'])
const nodeSlots = 8
const startedAt = performance.now()
const say = (what: string) =>
  console.error(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${what}`)
const outOfTime = setTimeout(() => {
  console.error(`not finished after ${values.minutes} minutes`)
  process.exit(1)
}, Number(values.minutes) * 60_000)
const adminSecret = 'admin-secret-of-the-bench-000000000000'
const answer = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'judge',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: `${'설명입니다. '.repeat(60)}\n\nRating: [[7]]` },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 600, completion_tokens: 250, total_tokens: 850 },
})

let asked = 0
let busySlots = 0
const waiting: (() => void)[] = []
/** Answers at once or, with a rate, as a node does: so many at a time, the others in their order. */
function serve(answerNow: () => void): void {
  if (nodeRate === null) answerNow()
  else if (busySlots === nodeSlots) waiting.push(() => serve(answerNow))
  else {
    busySlots++
    const answerLater = () => {
      busySlots--
      answerNow()
      waiting.shift()?.()
    }
    setTimeout(answerLater, (nodeSlots / nodeRate) * 1000)
  }
}
const node = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/v1/models') return response.end('{"object":"list","data":[{"id":"judge"}]}')
  request.resume().on('end', () => {
    asked++
    serve(() => response.end(answer))
  })
})
await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))
const nodeUrl = `http://127.0.0.1:${(node.address() as AddressInfo).port}`

const folder = mkdtempSync(join(tmpdir(), 'keval-edge-bench-'))
const state = join(folder, 'state')
const miniflare = await serveGateway({
  port: 0,
  state,
  onLog: () => undefined,
  bindings: { NODES: nodeUrl, ADMIN_SECRET: adminSecret, MASTER_SECRET: btoa('x'.repeat(32)) },
})
const url = (await miniflare.ready).origin
const asOperator = (path: string, body?: object) =>
  fetch(url + path, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
await asOperator('/admin/v1/demo')
await asOperator('/admin/v1/plans/demo', {
  name: 'Bench',
  requests_per_minute: 100_000,
  concurrent: 64,
  tokens_per_day: 1e12,
  models: null,
  evaluation_rows: 1_000_000,
  retention_days: 30,
})
await new Promise((resolve) => setTimeout(resolve, 6000)) // what is known of a key is believed for five seconds
const { key } = (await (await asOperator('/admin/v1/demo')).json()) as { key: string }
const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }

const row = (set: string, index: number) => ({
  id: `${set}-${index}`,
  category: `category ${index % 8}`,
  label: index % 11,
  question: `질문 ${index % 500}: 대한민국의 도시 하나를 골라 설명하세요.`,
  answer: `${set} 답변 ${index}: ${'서울은 대한민국의 수도이며 한강이 흐릅니다. '.repeat(40)}`,
})
const rows = Array.from({ length: count }, (_, index) => JSON.stringify(row('file', index))).join('\n')

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

const prompt = JSON.stringify({ model: 'judge', messages: [{ role: 'user', content: rows.slice(0, 1500) }] })
const callsAtOnce = 32
async function runConcurrently(total: number, call: (index: number) => Promise<Response>): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let index = next++; index < total; index = next++) {
      const response = await call(index)
      if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
      await response.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: callsAtOnce }, worker))
}

const direct = await seconds(() =>
  runConcurrently(count, () => fetch(`${nodeUrl}/v1/chat/completions`, { method: 'POST', body: prompt })),
)
say(`node alone: ${Math.round(count / direct)} requests/s`)
asked = 0
const before = countSize(state)
const memory: Record<string, number> = { start: takePeakMemory() }
let id = ''
const upload = await seconds(async () => {
  const query = 'model=judge&name=bench'
  const response = await fetch(`${url}/v1/evaluations?${query}`, { method: 'POST', headers, body: rows })
  if (response.status !== 201) throw new Error(await response.text())
  id = ((await response.json()) as { id: string }).id
})
memory.upload = takePeakMemory()
say(`uploaded in ${upload.toFixed(1)} s`)
/** Judgments settled by the time of each look: the slope at both ends is what a row costs early and late. */
const looks: { at: number; settled: number }[] = []
let reportWhileRunning = 0
const queued = await seconds(async () => {
  for (;;) {
    const evaluation = await (await fetch(`${url}/v1/evaluations/${id}`, { headers })).json()
    const { status, counts } = evaluation as {
      status: string
      counts: { judgments: number; pending: number }
    }
    const settled = counts.judgments - counts.pending
    looks.push({ at: performance.now(), settled })
    if (looks.length % 20 === 1) say(`${settled} of ${counts.judgments} judged`)
    if (status === 'completed') return
    // in the middle, where it is no part of the first or the last tenth
    if (reportWhileRunning === 0 && settled > count * 0.5) reportWhileRunning = await reportSeconds()
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
})
memory.judging = takePeakMemory()
const storage = countSize(state) - before
const report = await reportSeconds()
memory.report = takePeakMemory()
const [early, late] = ends(looks)
const searches = await searchMilliseconds()
memory.searches = takePeakMemory()
say(`report in ${report.toFixed(2)} s; now one by one`)
const few = Math.min(count, nodeRate === null ? 2000 : 200)
const posted = await seconds(() =>
  runConcurrently(few, (index) => {
    const { question, answer: text } = row('post', index)
    const body = JSON.stringify({ model: 'judge', question, answer: text })
    return fetch(`${url}/v1/judgments`, { method: 'POST', headers, body })
  }),
)

memory.misses = takePeakMemory()

console.log(
  JSON.stringify(
    {
      rows: count,
      node_alone_per_second: Math.round(count / direct),
      upload_seconds: Number(upload.toFixed(2)),
      evaluation_rows_per_second: Math.round(count / (upload + queued)),
      // nothing is judged before the upload is whole
      share_of_node: Number((direct / queued).toFixed(3)),
      posted_one_by_one_per_second: Math.round(few / posted),
      gateway_ms_per_row: Number((((upload + queued - direct) / count) * 1000).toFixed(2)),
      asked_per_row: asked / (count + few),
      storage_bytes_per_row: Math.round(storage / count),
      first_tenth_ms_per_row: early,
      last_tenth_ms_per_row: late,
      report_ms: Math.round(report * 1000),
      row_search_ms: searches,
      report_while_running_ms: Math.round(reportWhileRunning * 1000),
      peak_worker_memory_mb: memory,
    },
    null,
    2,
  ),
)
clearTimeout(outOfTime)
await miniflare.dispose()
node.close()
rmSync(folder, { recursive: true, force: true })

async function reportSeconds(): Promise<number> {
  return seconds(async () => (await fetch(`${url}/v1/evaluations/${id}/report`, { headers })).text())
}

/** The fastest of five searches: of words that few rows have, none and all, and a step to the next of sorted rows. */
async function searchMilliseconds(): Promise<Record<string, number>> {
  const asked = {
    few: `rows?search=${encodeURIComponent(`답변 ${count - 1}`)}`,
    none: `rows?search=${encodeURIComponent('없는 말')}`,
    all: `rows?search=${encodeURIComponent('한강')}`,
    step: `rows/5?sort=disagreement&search=${encodeURIComponent('한강')}`,
  }
  const found: Record<string, number> = {}
  for (const [name, path] of Object.entries(asked)) {
    const times: number[] = []
    for (let turn = 0; turn < 5; turn++) {
      const took = await seconds(async () => {
        const response = await fetch(`${url}/v1/evaluations/${id}/${path}`, { headers })
        if (!response.ok) throw new Error(await response.text())
        await response.arrayBuffer()
      })
      times.push(took * 1000)
    }
    found[name] = Math.round(Math.min(...times))
  }
  return found
}

/**
 * Milliseconds a row took in the first and in the last tenth of the run; null where it was too short to see. The
 * last look came some time after the last row and says nothing about it.
 */
function ends(looks: readonly { at: number; settled: number }[]): [number | null, number | null] {
  const slope = (from: number, to: number) => {
    const inside = looks
      .slice(0, -1)
      .filter(({ settled }) => settled >= from * count && settled <= to * count)
    const [first, last] = [inside[0], inside.at(-1)]
    if (first === undefined || last === undefined || last.settled === first.settled) return null
    return Number(((last.at - first.at) / (last.settled - first.settled)).toFixed(3))
  }
  return [slope(0, 0.1), slope(0.9, 1)]
}

function countSize(path: string): number {
  const stats = statSync(path)
  if (!stats.isDirectory()) return stats.size
  return readdirSync(path).reduce((sum, name) => sum + countSize(join(path, name)), 0)
}

/** The most memory that the Worker's process held since the last call, in megabytes, from the kernel's own count. */
function takePeakMemory(): number {
  const pids = execFileSync('ps', ['--ppid', String(process.pid), '-o', 'pid='])
    .toString()
    .trim()
    .split(/\s+/)
  const peaks = pids.map((pid) => {
    try {
      const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0)
      // begins a new count
      writeFileSync(`/proc/${pid}/clear_refs`, '5')
      return peak
    } catch {
      return 0 // it has ended
    }
  })
  return Math.round(Math.max(...peaks) / 1024)
}
