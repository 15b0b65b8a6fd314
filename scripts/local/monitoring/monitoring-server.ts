import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Registry } from 'prom-client'

/** The public status of the service. */
export interface ServiceStatus {
  status: 'ok' | 'degraded'
  version: string
  uptime_seconds: number
  nodes: { up: number; down: number }
  restarts_of_runtime: number
  disk: 'ok' | 'low'
}

interface Parts {
  host: string
  port: number
  registry: Registry
  status: () => Promise<ServiceStatus>
}

/** Serves `/metrics` for Prometheus and `/status` for people and probes; neither holds secrets, names or texts. */
export async function startMonitoring({
  host,
  port,
  registry,
  status,
}: Parts): Promise<{ port: number; close(): void }> {
  const server = createServer(async (request, response) => {
    try {
      if (request.method === 'GET' && request.url === '/metrics') {
        response.setHeader('content-type', registry.contentType)
        return response.end(await registry.metrics())
      }
      if (request.method === 'GET' && request.url === '/status') {
        const report = await status()
        response.statusCode = report.status === 'ok' ? 200 : 503
        const wantsPage = request.headers.accept?.includes('text/html') ?? false
        response.setHeader('content-type', wantsPage ? 'text/html; charset=utf-8' : 'application/json')
        return response.end(wantsPage ? toPage(report) : `${JSON.stringify(report)}\n`)
      }
      response.statusCode = 404
      response.end('GET /metrics or /status\n')
    } catch {
      response.statusCode = 500
      response.end('The metrics could not be read.\n')
    }
  })
  await listen(server, port, host)
  return { port: (server.address() as AddressInfo).port, close: () => server.close() }
}

const listen = (server: Server, port: number, host: string) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })

function toPage(report: ServiceStatus): string {
  const rows = [
    ['Status', report.status],
    ['Version', report.version],
    ['Uptime', `${report.uptime_seconds} s`],
    ['Nodes', `${report.nodes.up} up, ${report.nodes.down} down`],
    ['Restarts of the runtime', String(report.restarts_of_runtime)],
    ['Disk', report.disk],
  ]
  const lines = rows.map(([name, value]) => `<tr><th scope="row">${name}</th><td>${value}</td></tr>`).join('')
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>keval-edge: ${report.status}</title><style>body{font:16px system-ui;margin:2rem}th{text-align:left;padding-right:2rem}</style><h1>keval-edge</h1><table>${lines}</table></html>\n`
}
