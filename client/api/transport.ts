import { KevalError, parseErrorResponse } from './keval-error.ts'
import type { RequestOptions } from './request-options.ts'
import { toRetryDelay } from './retry-delay.ts'
import { sleep } from './sleep.ts'

export interface Request {
  method: string
  path: string
  body?: RequestInit['body']
  type?: string
  /** True if the request may be delivered twice. Others are sent again only when the gateway refused the first. */
  repeatable: boolean
  signal?: AbortSignal
}

interface Settings {
  url: string
  apiKey: string
  language: string
  maxRetries: number
  fetch: typeof fetch
}

/** Longest `Retry-After` to wait for; a longer one is returned to the caller. */
const maxRetryAfterSeconds = 60

/** Sends requests with the key, again where the gateway is busy. */
export class Transport {
  readonly #settings: Settings
  readonly sleep = sleep

  constructor(settings: Settings) {
    this.#settings = settings
  }

  async json<T>(request: Request): Promise<T> {
    const text = await this.text(request)
    try {
      return JSON.parse(text) as T
    } catch {
      const detail = `${this.#settings.url} did not answer with JSON: is it a keval-edge gateway?`
      throw new KevalError(0, { code: 'broken_answer', detail })
    }
  }

  async text(request: Request): Promise<string> {
    const response = await this.send(request)
    try {
      return await response.text()
    } catch (error) {
      throw this.#toError(error, request.signal)
    }
  }

  get<T>(path: string, { signal }: RequestOptions): Promise<T> {
    return this.json({ method: 'GET', path, repeatable: true, signal })
  }

  getText(path: string, { signal }: RequestOptions): Promise<string> {
    return this.text({ method: 'GET', path, repeatable: true, signal })
  }

  /** Changes something so that a second delivery changes nothing more. */
  change<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    body: unknown,
    { signal }: RequestOptions,
  ): Promise<T> {
    return this.json({ method, path, ...toJsonBody(body), repeatable: true, signal })
  }

  async remove(path: string, { signal }: RequestOptions): Promise<void> {
    await this.text({ method: 'DELETE', path, repeatable: true, signal })
  }

  /** The text of an answer, as it arrives. */
  async *pieces(path: string, { signal }: RequestOptions): AsyncGenerator<string> {
    const response = await this.send({ method: 'GET', path, repeatable: true, signal })
    try {
      yield* response.body!.pipeThrough(new TextDecoderStream('utf-8', { ignoreBOM: true }))
    } catch (error) {
      throw this.#toError(error, signal)
    }
  }

  /** The lines of an answer in JSON Lines, as they arrive. */
  async *lines<T>(path: string, options: RequestOptions): AsyncGenerator<T> {
    let rest = ''
    for await (const text of this.pieces(path, options)) {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield parseLine<T>(line)
    }
    if (rest.trim() !== '') yield parseLine<T>(rest)
  }

  /** The response, when it is not an error. */
  async send(request: Request): Promise<Response> {
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#attempt(request)
      } catch (error) {
        if (!(error instanceof KevalError) || !this.#mayRetry(error, request, attempt)) throw error
        const wait = error.retryAfter === null ? null : error.retryAfter * 1000
        await sleep(toRetryDelay(attempt, wait), request.signal)
      }
    }
  }

  #mayRetry({ status, code, retryAfter }: KevalError, request: Request, attempt: number): boolean {
    if (attempt >= this.#settings.maxRetries || request.body instanceof ReadableStream) return false
    if (code === 'quota_exceeded' || (retryAfter ?? 0) > maxRetryAfterSeconds) return false
    if (status === 429 || status === 503) return true
    return request.repeatable && (code === 'unreachable' || status === 502 || status === 504)
  }

  async #attempt({ method, path, body, type, signal }: Request): Promise<Response> {
    const { url, apiKey, language } = this.#settings
    const headers = new Headers({ authorization: `Bearer ${apiKey}`, 'accept-language': language })
    if (type !== undefined) headers.set('content-type', type)
    // a stream as the body can only be sent half duplex
    const init = { method, headers, signal, ...(body !== undefined && { body, duplex: 'half' }) }
    let response: Response
    try {
      response = await this.#settings.fetch(url + path, init as RequestInit)
    } catch (error) {
      throw this.#toError(error, signal)
    }
    if (!response.ok) throw await parseErrorResponse(response)
    return response
  }

  #toError(error: unknown, signal: AbortSignal | undefined): unknown {
    if (signal?.aborted) return signal.reason
    const causes = listCauses(error)
    if (causes.some(({ name }) => name === 'NotReadableError')) {
      return new KevalError(0, { code: 'unreadable_input', detail: 'The file changed or could not be read.' })
    }
    const reason = causes.map(({ code }) => code).find((code) => typeof code === 'string')
    const detail = `No gateway answers at ${this.#settings.url}${reason === undefined ? '' : ` (${reason})`}.`
    return new KevalError(0, { code: 'unreachable', detail })
  }
}

/** The members of a request with a JSON body; none without one. */
export const toJsonBody = (body: unknown): Pick<Request, 'body' | 'type'> =>
  body === undefined ? {} : { body: JSON.stringify(body), type: 'application/json' }

function parseLine<T>(line: string): T {
  try {
    return JSON.parse(line)
  } catch {
    const detail = 'The answer broke off in the middle of a line.'
    throw new KevalError(0, { code: 'broken_answer', detail })
  }
}

function listCauses(error: unknown): { name?: string; code?: unknown }[] {
  const causes: { name?: string; code?: unknown }[] = []
  for (let cause = error; cause instanceof Error && causes.length < 8; cause = cause.cause) causes.push(cause)
  return causes
}
