import { setTimeout as wait } from 'node:timers/promises'
import { StartProblem } from '../local/problem.ts'

/** Attempts at a request that may be repeated, while the gateway is busy or does not answer. */
const maxAttempts = 5

/** The operator's part of a gateway's API. */
export class AdminApi {
  readonly #url: string
  readonly #secret: string

  constructor(url: string, secret: string) {
    this.#url = `${url.replace(/\/+$/, '')}/admin/v1`
    this.#secret = secret
  }

  get<T>(path: string): Promise<T> {
    return this.#send('GET', path)
  }

  post<T>(path: string, body: unknown): Promise<T> {
    return this.#send('POST', path, body)
  }

  async #send<T>(method: string, path: string, body?: unknown): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(method, path, body)
      if (answer.status < 300) return answer.body as T
      if (attempt < maxAttempts && [0, 429, 502, 503, 504].includes(answer.status)) {
        await wait(Math.min(30, answer.retryAfter || 2 ** attempt) * 1000)
        continue
      }
      const { detail, errors = [] } = answer.body as { detail?: string; errors?: ProblemError[] }
      const fields = errors.map(({ field, message }) => `\n  ${field}: ${message}`).join('')
      throw new StartProblem(`${method} ${path}: ${detail ?? `status ${answer.status}`}${fields}`)
    }
  }

  async #attempt(method: string, path: string, body: unknown) {
    try {
      const response = await fetch(this.#url + path, {
        method,
        headers: {
          authorization: `Bearer ${this.#secret}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      const retryAfter = Number(response.headers.get('retry-after') ?? 0)
      return { status: response.status, body: parse(text), retryAfter }
    } catch {
      return { status: 0, body: { detail: `no gateway answers at ${this.#url}` }, retryAfter: 0 }
    }
  }
}

interface ProblemError {
  field: string
  message: string
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
