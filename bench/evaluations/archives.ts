import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Uint8ArrayReader, Uint8ArrayWriter, ZipReader, ZipWriter } from '@zip.js/zip.js'
import { serveGateway } from '../../scripts/local/gateway.ts'

// Import and export of a large evaluation: processor time and peak memory of the runtime. The archive is that of one
// judged row, with the row repeated: node bench/evaluations/archives.ts --rows 100000
const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } })
const count = Number(values.rows)
const adminSecret = 'admin-secret-of-the-bench-000000000000'
const content = `${'설명입니다. '.repeat(60)}\n\nRating: [[7]]`
const answer = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'judge',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 600, completion_tokens: 250, total_tokens: 850 },
})
const node = createServer((request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.url === '/v1/models') return response.end('{"object":"list","data":[{"id":"judge"}]}')
  request.resume().on('end', () => response.end(answer))
})
await new Promise<void>((resolve) => node.listen(0, '127.0.0.1', resolve))

const folder = mkdtempSync(join(tmpdir(), 'keval-edge-bench-'))
const miniflare = await serveGateway({
  port: 0,
  state: join(folder, 'state'),
  onLog: () => undefined,
  bindings: {
    NODES: `http://127.0.0.1:${(node.address() as AddressInfo).port}`,
    ADMIN_SECRET: adminSecret,
    MASTER_SECRET: btoa('x'.repeat(32)),
  },
})
const url = (await miniflare.ready).origin
const asOperator = (path: string, body?: object) =>
  fetch(url + path, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminSecret}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
await asOperator('/admin/v1/demo')
const plan = { name: 'Bench', requests_per_minute: 100_000, concurrent: 64, tokens_per_day: 1e12 }
await asOperator('/admin/v1/plans/demo', {
  ...plan,
  models: null,
  evaluation_rows: 100_000,
  retention_days: 30,
})
await new Promise((resolve) => setTimeout(resolve, 6000)) // what is known of a key is believed for five seconds
const { key } = (await (await asOperator('/admin/v1/demo')).json()) as { key: string }
const headers = { authorization: `Bearer ${key}` }

const row = {
  id: 'row',
  category: 'writing',
  question: '질문: 대한민국의 도시 하나를 골라 설명하세요.',
  answer: `답변 1: ${'서울은 대한민국의 수도이며 한강이 흐릅니다. '.repeat(40)}`,
}
const begun = await fetch(`${url}/v1/evaluations?model=judge&name=bench`, {
  method: 'POST',
  headers: { ...headers, 'content-type': 'application/x-ndjson' },
  body: JSON.stringify(row),
})
const { id } = (await begun.json()) as { id: string }
while (((await show(id)) as { status: string }).status !== 'completed')
  await new Promise((resolve) => setTimeout(resolve, 200))
const small = new Uint8Array(
  await (await fetch(`${url}/v1/evaluations/${id}/export`, { headers })).arrayBuffer(),
)
await fetch(`${url}/v1/evaluations/${id}`, { method: 'DELETE', headers })
const archive = await multiply(small)
const file = join(folder, 'large.zip')
writeFileSync(file, archive)

const pid = findRuntime()
const imported = await measure('import', async () => {
  const response = await fetch(`${url}/v1/evaluations/import`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/zip' },
    body: readFileSync(file),
  })
  const body = (await response.json()) as { id: string }
  if (response.status !== 201) throw new Error(JSON.stringify(body))
  return body.id
})
let bytes = 0
await measure('export', async () => {
  const response = await fetch(`${url}/v1/evaluations/${imported}/export`, { headers })
  for await (const chunk of response.body!) bytes += (chunk as Uint8Array).byteLength
})
console.log(`archive: ${(archive.length / 1e6).toFixed(1)} MB in, ${(bytes / 1e6).toFixed(1)} MB out`)
await miniflare.dispose()
node.close()
node.closeAllConnections()
rmSync(folder, { recursive: true, force: true })

async function show(evaluation: string): Promise<unknown> {
  return (await fetch(`${url}/v1/evaluations/${evaluation}`, { headers })).json()
}

/** The archive with its one row and result repeated, each with an answer of its own. */
async function multiply(one: Uint8Array): Promise<Uint8Array> {
  const files = new Map<string, string>()
  for (const entry of await new ZipReader(new Uint8ArrayReader(one)).getEntries())
    if (!entry.directory)
      files.set(entry.filename, new TextDecoder().decode(await entry.getData(new Uint8ArrayWriter())))
  const repeat = (line: string) => (number: number) =>
    line
      .replace('"row":1,"id":"row"', `"row":${number},"id":"row-${number}"`)
      .replaceAll('답변 1: ', `답변 ${number} ${noise(number)}: `)
      .replace('설명입니다. ', `${noise(number)} `)
  // an archive that expands to more than 100 times its size is refused
  const noise = (number: number) => createHash('sha512').update(String(number)).digest('hex')
  const manifest = JSON.parse(files.get('manifest.json')!)
  manifest.counts = { rows: count, judgments: count, rated: count, wrong: 0, failed: 0 }
  const writer = new Uint8ArrayWriter()
  const zip = new ZipWriter(writer)
  for (const [name, text] of files) {
    if (name === 'manifest.json') continue
    const many = name === 'rows.jsonl' || name === 'results.jsonl' ? repeat(text) : null
    const hash = createHash('sha256')
    let size = 0
    let number = 0
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (number === (many === null ? 1 : count)) return controller.close()
        let piece = text
        number++
        if (many !== null) {
          piece = ''
          for (let last = Math.min(count, number + 499); number <= last; number++) piece += many(number)
          number--
        }
        const chunk = Buffer.from(piece)
        hash.update(chunk)
        size += chunk.length
        controller.enqueue(chunk)
      },
    })
    await zip.add(name, stream)
    Object.assign(
      manifest.files.find((one: { name: string }) => one.name === name),
      {
        bytes: size,
        sha256: hash.digest('hex'),
      },
    )
  }
  await zip.add('manifest.json', new Uint8ArrayReader(Buffer.from(JSON.stringify(manifest))))
  await zip.close()
  return writer.getData()
}

/** The process of the runtime that this one has started. */
function findRuntime(): number {
  const found = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false
    try {
      const status = readFileSync(`/proc/${name}/status`, 'utf8')
      return status.includes(`PPid:\t${process.pid}\n`) && status.startsWith('Name:\tworkerd')
    } catch {
      return false
    }
  })
  return Number(found)
}

async function measure<T>(name: string, work: () => Promise<T>): Promise<T> {
  writeFileSync(`/proc/${pid}/clear_refs`, '5') // the peak begins anew
  const before = readCosts()
  const startedAt = performance.now()
  const result = await work()
  const after = readCosts()
  console.log(
    `${name}: ${((performance.now() - startedAt) / 1000).toFixed(1)} s, processor ${(after.seconds - before.seconds).toFixed(1)} s, ` +
      `memory ${before.now} MB before, ${after.peak} MB at most`,
  )
  return result
}

function readCosts() {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const megabytes = (field: string) =>
    Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)![1]) / 1024)
  return {
    seconds: (Number(stat[11]) + Number(stat[12])) / 100,
    now: megabytes('VmRSS'),
    peak: megabytes('VmHWM'),
  }
}
