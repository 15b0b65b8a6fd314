import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Miniflare } from 'miniflare'
import { buildGateway, serveGateway } from '../../scripts/local/gateway.ts'

export interface RunningGateway {
  url: string
  key: string
  readonly miniflare: Miniflare
  /** A request with the API key; `body` is sent as JSON. */
  call(path: string, body?: unknown, init?: RequestInit): Promise<Response>
  operator(path: string, body?: unknown, method?: string): Promise<Response>
  /** Kills the Worker's process in the middle of what it does (SIGKILL), and starts it on the same data. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const adminSecret = 'admin-secret-of-the-tests-000000000000'

/** The built Worker on workerd with a database of its own, reached over HTTP like a deployed one. */
export async function startGateway(bindings: Record<string, string> = {}): Promise<RunningGateway> {
  const folder = mkdtempSync(join(tmpdir(), 'keval-edge-faults-'))
  const [state, bundle] = [join(folder, 'state'), join(folder, 'bundle')]
  await buildGateway(bundle)
  const port = await unusedPort()
  const serve = () =>
    serveGateway({
      port,
      state,
      bundle,
      bindings: {
        ADMIN_SECRET: adminSecret,
        MASTER_SECRET: 'bWFzdGVyLXNlY3JldC1vZi10aGUtdGVzdHMtMDAwMDA=',
        ...bindings,
      },
    })
  let miniflare = await serve()
  const url = `http://127.0.0.1:${port}`
  const operator: RunningGateway['operator'] = (path, body, method = body === undefined ? 'GET' : 'POST') =>
    fetch(url + path, request(adminSecret, body, { method }))
  const { key } = (await (await operator('/admin/v1/demo', undefined, 'PUT')).json()) as { key: string }
  return {
    url,
    key,
    get miniflare() {
      return miniflare
    },
    operator,
    call: (path, body, init = {}) =>
      fetch(url + path, request(key, body, { method: body === undefined ? 'GET' : 'POST', ...init })),
    restart: async () => {
      await miniflare.dispose()
      miniflare = await serve()
      await miniflare.ready
    },
    stop: async () => {
      await miniflare.dispose()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function request(bearer: string, body: unknown, init: RequestInit): RequestInit {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${bearer}`)
  if (body !== undefined) headers.set('content-type', 'application/json')
  return { ...init, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
}

function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
