import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import type { DiskSpace } from '../scripts/local/disk-space.ts'
import { serveGateway } from '../scripts/local/gateway.ts'
import { unusedPort } from './unused-port.ts'

export const adminSecret = 'admin-secret-of-the-tests-000000000000'
export const masterSecret = 'bWFzdGVyLXNlY3JldC1vZi10aGUtdGVzdHMtMDAwMDA='

export interface RunningGateway {
  url: string
  /** The folder of its databases. */
  state: string
  /** Of the demo tenant; may be set to another one. */
  key: string
  readonly miniflare: Miniflare
  /** A request with the API key. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** A request with the API key; `body` is sent as JSON. */
  call(path: string, body?: unknown, init?: RequestInit): Promise<Response>
  operator(path: string, body?: unknown, method?: string): Promise<Response>
  /** Kills the Worker's process in the middle of what it does (SIGKILL), and starts it on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

interface Options {
  port?: number
  /** The disk that the Worker asks before it takes an upload. */
  disk?: DiskSpace
  /** Takes the Worker's log lines, which are printed otherwise. */
  onLog?: (line: { message: string }) => void
}

/** The built Worker on workerd with a database of its own, reached over HTTP like a deployed one. */
export async function startGateway(
  bindings: Record<string, string>,
  { port: given, disk, onLog }: Options = {},
): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'keval-edge-tests-'))
  const state = join(folder, 'state')
  const port = given ?? (await unusedPort())
  const secrets = { ADMIN_SECRET: adminSecret, MASTER_SECRET: masterSecret }
  const serve = () =>
    serveGateway({
      port,
      state,
      bindings: { ...secrets, ...bindings },
      ...(disk && { disk }),
      ...(onLog && { onLog }),
    })
  let miniflare = await serve()
  const gateway: RunningGateway = {
    state,
    url: `http://127.0.0.1:${port}`,
    key: '',
    get miniflare() {
      return miniflare
    },
    fetch: (path, init) => fetch(gateway.url + path, authorised(gateway.key, init)),
    call: (path, body, init) => gateway.fetch(path, withJson(body, init)),
    operator: (path, body, method) =>
      fetch(
        gateway.url + path,
        authorised(adminSecret, withJson(body, method === undefined ? {} : { method })),
      ),
    restart: async () => {
      await miniflare.dispose()
      miniflare = await serve()
    },
    stop: async () => {
      await miniflare.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  const demo = await gateway.operator('/admin/v1/demo', undefined, 'PUT')
  gateway.key = ((await demo.json()) as { key: string }).key
  return gateway
}

function authorised(bearer: string, init: RequestInit = {}): RequestInit {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${bearer}`)
  return { ...init, headers }
}

function withJson(body: unknown, init: RequestInit = {}): RequestInit {
  if (body === undefined) return init
  const headers = new Headers(init.headers)
  headers.set('content-type', 'application/json')
  return { method: 'POST', ...init, headers, body: JSON.stringify(body) }
}
