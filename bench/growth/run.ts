import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { parseArgs } from 'node:util'
import { compactDatabases } from '../../scripts/local/compact-databases.ts'
import { serveGateway } from '../../scripts/local/gateway.ts'
import { request } from '../gateway/requests.ts'
import { instantNode } from '../gateway/servers.ts'

// Measures the state and log that 1,000 judgments leave, and that deletion frees space: each step of judgments by request
// is deleted before the next. node bench/growth/run.ts --judgments 2000
const { values } = parseArgs({ options: { judgments: { type: 'string', default: '2000' } } })
const count = Number(values.judgments)
const connections = 8
const admin = 'admin-secret-of-the-bench-0000000000000'

const folder = mkdtempSync(join(tmpdir(), 'keval-edge-growth-'))
const state = join(folder, 'state')
const port = await unusedPort()
const url = `http://127.0.0.1:${port}`
let logBytes = 0
const node = await instantNode()
const bindings = { NODES: node.url, ADMIN_SECRET: admin, MASTER_SECRET: btoa('0'.repeat(32)) }
const onLog = ({ message }: { message: string }) => {
  logBytes += Buffer.byteLength(message) + 1
}
const miniflare = await serveGateway({ port, state, bindings, onLog })

async function call(path: string, bearer: string, method: string, body?: string | object): Promise<Response> {
  const headers = {
    authorization: `Bearer ${bearer}`,
    'content-type': typeof body === 'string' ? 'application/x-ndjson' : 'application/json',
  }
  const text = typeof body === 'object' ? JSON.stringify(body) : body
  const response = await fetch(url + path, { method, headers, ...(text !== undefined && { body: text }) })
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
  return response
}

const plan = {
  name: 'Bench',
  models: null,
  concurrent: 1_000,
  requests_per_minute: 100_000,
  tokens_per_day: 1e12,
}
await call('/admin/v1/plans/demo', admin, 'PUT', { ...plan, evaluation_rows: 100_000, retention_days: 30 })
const demo = await call('/admin/v1/demo', admin, 'PUT', {})
const { key } = (await demo.json()) as { key: string }

/** Bytes of the databases below a folder: of all their pages, and of those in use. */
function measure(place: string): { file: number; used: number } {
  const sum = { file: 0, used: 0 }
  const files = readdirSync(join(state, 'v3', place), { recursive: true, withFileTypes: true })
  for (const { parentPath, name } of files.filter(({ name }) => name.endsWith('.sqlite'))) {
    const database = new DatabaseSync(join(parentPath, name), { readOnly: true })
    const read = (pragma: string) => Number(Object.values(database.prepare(`pragma ${pragma}`).get()!)[0])
    const pages = read('page_count')
    sum.file += pages * read('page_size')
    sum.used += (pages - read('freelist_count')) * read('page_size')
    database.close()
  }
  return sum
}
const sizes = () => ({ tenant: measure('do').used, control: measure('d1').used, log: logBytes })
const megabytes = (bytes: number) => (bytes / 1e6).toFixed(1)

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = items.values()
  const workers = Array.from({ length: connections }, async () => {
    for (const item of rest) await work(item)
  })
  await Promise.all(workers)
}

/** Judges that many distinct answers; resolves with the ids of the judgments. */
async function judge(mark: string): Promise<string[]> {
  const ids: string[] = []
  const numbers = Array.from({ length: count }, (_, index) => index)
  await inParallel(numbers, async (number) => {
    const body = JSON.parse(request('judgment', `${mark} ${number}`)) as object
    ids.push(((await (await call('/v1/judgments', key, 'POST', body)).json()) as { id: string }).id)
  })
  return ids
}

async function evaluate(): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const { question, answer } = JSON.parse(request('judgment', `row ${index}`)) as Record<string, string>
    return JSON.stringify({ id: String(index), question, answer })
  })
  const created = await call('/v1/evaluations?model=keval-2-9b', key, 'POST', rows.join('\n'))
  const { id } = (await created.json()) as { id: string }
  for (let status = 'running'; status === 'running'; ) {
    await new Promise((resolve) => setTimeout(resolve, 500))
    status = ((await (await call(`/v1/evaluations/${id}`, key, 'GET')).json()) as { status: string }).status
  }
}

const perThousand = (bytes: number) => ((bytes / count) * 1_000) / 1_000_000
function print(what: string, before: ReturnType<typeof sizes>): void {
  const now = sizes()
  const of = (name: keyof typeof now) =>
    perThousand(now[name] - before[name])
      .toFixed(2)
      .padStart(7)
  console.log(`| ${what.padEnd(30)} | ${of('tenant')} | ${of('control')} | ${of('log')} |`)
}

console.log('MB per 1,000')
console.log(`| ${''.padEnd(30)} |  tenant |      D1 |     log |\n|---|---|---|---|`)
for (const round of ['first', 'second', 'third']) {
  const before = sizes()
  const ids = await judge(round)
  print(`judgments by request, ${round}`, before)
  const { file } = measure('do')
  await inParallel(ids, (id) => call(`/v1/judgments/${id}`, key, 'DELETE'))
  const { used } = measure('do')
  console.log(`  file ${megabytes(file)} MB; after they were deleted ${megabytes(used)} MB of it in use`)
}
const before = sizes()
await evaluate()
print('rows of an evaluation', before)
await miniflare.dispose()
const { file } = measure('do')
const disk = { watermarkBytes: 0, freeBytes: () => 1e15 }
compactDatabases(state, disk, { minBytes: 0, minShare: 0 })
console.log(`tenant databases ${megabytes(file)} MB, compacted ${megabytes(measure('do').file)} MB`)
await node.stop()
rmSync(folder, { recursive: true, force: true })

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
