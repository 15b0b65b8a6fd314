import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { nodeNetwork, serveGateway } from '../../scripts/local/gateway.ts'
import { completion } from './requests.ts'

export interface Server {
  url: string
  /** The process that does the work, for its memory and processor time. */
  pid?: number
  stop(): Promise<void>
}

/** Bursts are limited by key: a tenant with many keys is what the bench plays. */
const keysOfTheTenant = 5
const admin = 'admin-secret-of-the-bench-0000000000000'

export async function instantNode(): Promise<Server> {
  const child = fork(join(import.meta.dirname, 'instant-node.ts'))
  const port = await new Promise((resolve) => child.once('message', resolve))
  return { ...findProcess(child.pid), url: `http://127.0.0.1:${port}`, stop: () => ended(child) }
}

/** The same, which joins the gateway and opens a connection to it. */
export async function outboundNode({ url, keys }: Server & { keys: string[] }): Promise<Server> {
  const send = async (path: string, bearer: string, body: object) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    return (await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  const { token } = (await send('/admin/v1/node-join-tokens', admin, {})) as { token: string }
  const joining = { id: 'outbound', url: null, secret: admin }
  const { credential } = (await send('/nodes/v1/join', token, joining)) as { credential: string }
  const child = fork(join(import.meta.dirname, 'outbound-node.ts'), [url, joining.id, credential])
  for (let isListed = false; !isListed; ) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    const listed = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${keys[0]}` } })
    isListed = ((await listed.json()) as { data: object[] }).data.length > 0
  }
  return { ...findProcess(child.pid), url, stop: () => ended(child) }
}

/** The built Worker on workerd, as `npm start` runs it, with limits that the load stays below. */
export async function gateway(node: string): Promise<Server & { keys: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'keval-edge-bench-'))
  const state = join(folder, 'state')
  const port = await unusedPort()
  const bindings = { NODES: node, ADMIN_SECRET: admin, MASTER_SECRET: btoa('0'.repeat(32)) }
  const before = workerds()
  const miniflare = await serveGateway({ port, state, bindings, onLog: () => {} })
  const pid = workerds().find((one) => !before.includes(one))
  const url = `http://127.0.0.1:${port}`
  const call = async (path: string, bearer: string, method: string, body: unknown) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' }
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    return response.json() as Promise<{ key: string }>
  }
  const plan = { requests_per_minute: 100_000, concurrent: 10_000, tokens_per_day: 1e12 }
  const rest = { name: 'Bench', models: null, evaluation_rows: 1, retention_days: 1 }
  await call('/admin/v1/plans/demo', admin, 'PUT', { ...plan, ...rest })
  const { key } = await call('/admin/v1/demo', admin, 'PUT', {})
  const keys = [key]
  while (keys.length < keysOfTheTenant) {
    keys.push((await call('/v1/keys', key, 'POST', { name: `bench ${keys.length}` })).key)
  }
  const stop = async () => {
    await miniflare.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
  return { ...findProcess(pid), url, keys, stop }
}

export async function floor(node: string): Promise<Server> {
  const bundled = await build({
    entryPoints: [join(import.meta.dirname, 'floor-worker.ts')],
    bundle: true,
    format: 'esm',
    external: ['cloudflare:workers'],
    write: false,
  })
  const port = await unusedPort()
  const before = workerds()
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      cf: false,
      ...(process.env.KEVAL_INSPECT && { inspectorPort: Number(process.env.KEVAL_INSPECT) }),
      workers: [
        {
          name: 'floor',
          modules: [{ type: 'ESModule', path: 'floor.js', contents: bundled.outputFiles[0]!.text }],
          modulesRoot: '.',
          compatibilityDate: '2026-08-01',
          unsafeDirectSockets: [{ host: '127.0.0.1', port, proxy: false }],
          bindings: { NODE: node, COMPLETION: completion },
          serviceBindings: { NODE_NETWORK: nodeNetwork },
          durableObjects: { ROWS: { className: 'Rows', useSQLite: true } },
        },
      ],
    } as Parameters<typeof convertV4MiniflareOptions>[0]),
  )
  await miniflare.ready
  const pid = workerds().find((one) => !before.includes(one))
  return { ...findProcess(pid), url: `http://127.0.0.1:${port}`, stop: () => miniflare.dispose() }
}

/** The peer from npm, in this folder only; null when it cannot be had. */
export async function portkey(): Promise<Server | null> {
  const entry = join(import.meta.dirname, 'node_modules/@portkey-ai/gateway/build/start-server.js')
  if (!existsSync(entry)) {
    try {
      execFileSync('npm', ['install', '--no-package-lock', '--no-save'], { cwd: import.meta.dirname })
    } catch {
      return null
    }
  }
  const port = await unusedPort()
  const child = spawn(process.execPath, [entry, '--headless', `--port=${port}`], { stdio: 'ignore' })
  const url = `http://127.0.0.1:${port}`
  for (let i = 0; i < 200; i++) {
    const up = await fetch(url).then(
      (response) => response.ok,
      () => false,
    )
    if (up) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { ...findProcess(child.pid), url, stop: () => ended(child) }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('close', () => resolve())
    child.kill()
  })
}

const findProcess = (pid: number | undefined) => (pid === undefined ? {} : { pid })

/** The workerd processes that this process has started. */
function workerds(): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, parent, name]) => Number(parent) === process.pid && name === 'workerd')
    .map(([pid]) => Number(pid))
}

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
