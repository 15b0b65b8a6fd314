import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { DatabaseStandIn } from './database.ts'
import { QueueStandIn } from './queues.ts'
import { type Reply, refuse, succeed } from './reply.ts'
import { WorkerStandIn } from './workers.ts'

export const token = 'token-of-the-tests'

export interface StandInAccount {
  id: string
  name: string
}

export interface Recorded {
  method: string
  path: string
  body: string
}

/** Answers in place of an endpoint; null leaves the request to the stand-in. */
export type Fault = (request: Recorded) => Reply | null

/**
 * Cloudflare's API as far as a deployment needs it, with one account's resources in memory. Paths and shapes follow
 * Cloudflare's OpenAPI description (cloudflare-typescript 7.1.0) and the requests of the pinned wrangler; databases are
 * real SQLite, so that migrations run. Everything else is refused with 404 and recorded in `unknown`.
 */
export class CloudflareStandIn {
  accounts: StandInAccount[] = [{ id: 'a'.repeat(32), name: 'Keval' }]
  /** Null where the token may not read them. */
  subscriptions: { rate_plan: { id: string }; state: string }[] | null = [
    { rate_plan: { id: 'workers_paid' }, state: 'Paid' },
  ]
  zones: { id: string; name: string }[] | null = []
  subdomain: string | null = 'keval'
  readonly databases = new DatabaseStandIn()
  readonly queues = new QueueStandIn()
  readonly workers = new WorkerStandIn(this.queues)
  readonly requests: Recorded[] = []
  readonly unknown: string[] = []
  readonly faults: Fault[] = []
  #server = createServer((request, response) => void this.#serve(request, response))

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Requests that change something, as `POST /path`. */
  get changes(): string[] {
    return this.requests
      .filter(({ method, path, body }) => method !== 'GET' && !isReading(path, body))
      .map(({ method, path }) => `${method} ${path}`)
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
  }

  stop(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  /** Answers requests that match so, the given number of times. */
  failNext(method: string, path: RegExp, reply: Reply, times = 1): void {
    let left = times
    this.faults.push((request) =>
      left > 0 && request.method === method && path.test(request.path) && left-- > 0 ? reply : null,
    )
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { pathname: path, searchParams: query } = new URL(request.url!, 'http://stand-in')
    const method = request.method!
    const recorded = { method, path, body: body.toString('latin1') }
    this.requests.push(recorded)
    const isLoggedIn = request.headers.authorization === `Bearer ${token}`
    const reply = isLoggedIn
      ? (this.faults.map((fault) => fault(recorded)).find((one) => one !== null) ??
        (await this.#reply(method, path, query, body, request.headers['content-type'] ?? '')))
      : refuse(401, 10000, 'Authentication error')
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
    response.end(JSON.stringify(reply.body))
  }

  async #reply(
    method: string,
    path: string,
    query: URLSearchParams,
    body: Buffer,
    type: string,
  ): Promise<Reply> {
    const own = this.#ownReply(`${method} ${path}`, query)
    if (own !== null) return own
    const inAccount = /^\/accounts\/([0-9a-f]{32})(\/.+)$/.exec(path)
    if (inAccount !== null && this.accounts.some(({ id }) => id === inAccount[1])) {
      const request = { method, path: inAccount[2]!, query, body, type }
      const reply =
        this.#accountReply(request) ??
        this.databases.reply(request) ??
        this.queues.reply(request) ??
        (await this.workers.reply(request))
      if (reply !== null) return reply
    }
    this.unknown.push(`${method} ${path}`)
    return refuse(404, 7003, `Could not route to ${path}`)
  }

  #ownReply(request: string, query: URLSearchParams): Reply | null {
    switch (request) {
      case 'GET /user':
        return succeed({ id: 'user', email: 'operator@example.com' })
      case 'GET /user/tokens/verify':
        return succeed({ id: 'token', status: 'active' })
      case 'GET /accounts':
        return succeed(this.accounts)
      case 'GET /memberships':
        return succeed(this.accounts.map((account) => ({ id: 'm', account, status: 'accepted' })))
      case 'GET /zones':
        return this.zones === null
          ? refuse(403, 10000, 'Authentication error')
          : succeed(this.zones.filter(({ name }) => query.get('name') === null || name === query.get('name')))
      default:
        return null
    }
  }

  #accountReply({ method, path }: { method: string; path: string }): Reply | null {
    if (method !== 'GET') return null
    if (path === '/subscriptions')
      return this.subscriptions === null
        ? refuse(403, 10000, 'Authentication error')
        : succeed(this.subscriptions)
    if (path === '/workers/subdomain')
      return this.subdomain === null
        ? refuse(404, 10007, 'workers.subdomain.not_found')
        : succeed({ subdomain: this.subdomain })
    return null
  }
}

const isReading = (path: string, body: string) => /\/query$/.test(path) && /^\{"sql":"SELECT/.test(body)
