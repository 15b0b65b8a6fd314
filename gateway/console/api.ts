import type { ExecutionContext } from 'hono'
import type { OpenAiErrorBody, ProblemBody } from '../../schema/api/error-body.ts'
import type { Env } from '../env.ts'
import { copyForwarding } from '../http/client-address.ts'
import type { GatewayContext } from '../http/context.ts'
import type { Session } from './sessions/roles.ts'
import { credentialHeaders } from './sessions/session.ts'
import type { ConsoleContext } from './view.ts'

/** The gateway itself, as its public HTTP API. */
export interface PublicApi {
  fetch(request: Request, env: Env, context: ExecutionContext): Response | Promise<Response>
}

export type Outcome<T> = { data: T; response: Response } | { problem: ProblemBody }

/**
 * Calls the public API for a page, as the signed-in person: whatever a page shows or does can be scripted,
 * because this is the only way it has.
 */
export class ConsoleApi {
  readonly #api: PublicApi
  readonly #c: ConsoleContext
  readonly #session: Session | null

  constructor(api: PublicApi, c: ConsoleContext, session: Session | null) {
    this.#api = api
    this.#c = c
    this.#session = session
  }

  get<T>(path: string): Promise<Outcome<T>> {
    return this.#send<T>('GET', path)
  }

  /** A streamed answer, for pages that read only part of it. */
  async stream(path: string): Promise<Outcome<ReadableStream<Uint8Array>>> {
    const response = await this.#call('GET', path)
    if (!response.ok || response.body === null) return { problem: toProblem(await response.json(), response) }
    return { data: response.body, response }
  }

  send<T>(method: 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Outcome<T>> {
    return this.#send<T>(method, path, body)
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<Outcome<T>> {
    const response = await this.#call(method, path, body)
    const text = await response.text()
    const data = text === '' ? undefined : JSON.parse(text)
    return response.ok ? { data: data as T, response } : { problem: toProblem(data, response) }
  }

  async #call(method: string, path: string, body?: unknown): Promise<Response> {
    const c = this.#c
    const headers = new Headers({
      'x-request-id': c.get('requestId'),
      'accept-language': c.get('view').language,
      ...(this.#session !== null && credentialHeaders(c, this.#session)),
    })
    if (body !== undefined) headers.set('content-type', 'application/json')
    copyForwarding(c as unknown as GatewayContext, headers)
    const request = new Request(new URL(path, c.req.url), {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    return this.#api.fetch(request, c.env, c.executionCtx)
  }
}

/** The failure in one shape, whichever the path answers with. */
function toProblem(body: unknown, response: Response): ProblemBody {
  const openAi = (body as { error?: OpenAiErrorBody['error'] }).error
  if (openAi === undefined) return body as ProblemBody
  const { message, type: _, param: __, doc_url, ...members } = openAi
  return { type: doc_url, title: '', status: response.status, detail: message, ...members }
}
