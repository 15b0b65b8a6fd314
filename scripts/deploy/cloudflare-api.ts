import { StartProblem } from '../local/problem.ts'

const maxAttempts = 5
const maxBackoffMs = 30_000
/** Cloudflare counts the requests of a user in windows of five minutes. */
const maxRetryAfterMs = 300_000
const timeoutMs = 60_000
const pageSize = 50
const maxPages = 200

/** A refusal of Cloudflare's API, with its status and the codes in its body. */
export class CloudflareRefusal extends StartProblem {
  readonly status: number
  readonly codes: readonly number[]

  constructor(message: string, status: number, codes: readonly number[]) {
    super(message)
    this.status = status
    this.codes = codes
  }
}

/** Credentials as headers. */
export type AuthorizationHeaders = Readonly<Record<string, string>>

interface Parts {
  baseUrl: string
  authorization: AuthorizationHeaders
  fetch: typeof fetch
  wait: (milliseconds: number) => Promise<unknown>
}

interface Envelope {
  success: boolean
  result: unknown
  errors?: { code?: number; message?: string }[]
  result_info?: { total_pages?: number; total_count?: number; per_page?: number } | null
}

/** Lists without a word on pages are whole; others tell their pages, their length, or the size of a page. */
function isLastPage(page: number, all: number, onPage: number, info: Envelope['result_info']): boolean {
  if (info === null || info === undefined || onPage === 0) return true
  const { total_pages: pages, total_count: total, per_page: size } = info
  if (pages !== undefined) return page >= pages
  return total === undefined ? onPage < (size ?? pageSize) : all >= total
}

interface Ask {
  method?: 'GET' | 'POST'
  query?: Record<string, string>
  body?: unknown
  /** The permission that the call needs, named when it is refused. */
  permission: string
}

/**
 * Cloudflare's REST API, where wrangler prints prose: creating databases and queues, and reading what an account has.
 * Migrations, secrets and the Worker itself go through wrangler, which knows their upload formats.
 */
export class CloudflareApi {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** @throws CloudflareRefusal or a StartProblem where no answer came */
  async call<Result>(path: string, ask: Ask): Promise<Result> {
    return (await this.#ask(path, ask)).result as Result
  }

  /** Like `call`; null where Cloudflare answers that there is no such thing. */
  async find<Result>(path: string, ask: Ask): Promise<Result | null> {
    try {
      return await this.call<Result>(path, ask)
    } catch (error) {
      if (error instanceof CloudflareRefusal && error.status === 404) return null
      throw error
    }
  }

  /** All pages of a list. */
  async list<Item>(path: string, ask: Ask): Promise<Item[]> {
    const items: Item[] = []
    for (let page = 1; page <= maxPages; page++) {
      const query = { ...ask.query, page: String(page), per_page: String(pageSize) }
      const { result, result_info: info } = await this.#ask(path, { ...ask, query })
      const found = (result ?? []) as Item[]
      items.push(...found)
      if (isLastPage(page, items.length, found.length, info)) return items
    }
    throw new StartProblem(`Cloudflare lists more than ${maxPages} pages of ${path}.`)
  }

  /**
   * Creates what has a name of its own. An attempt that got no clear answer may have created it, so that it is looked
   * up before the next.
   */
  async create<Item>(find: () => Promise<Item | undefined>, path: string, ask: Ask): Promise<Item> {
    for (let attempt = 1; ; attempt++) {
      try {
        return (await this.#once(path, { ...ask, method: 'POST' })).result as Item
      } catch (error) {
        const isTaken = error instanceof CloudflareRefusal && isNameTaken(error)
        if (!isTaken && (!isTransient(error) || attempt === maxAttempts)) throw error
        if (!isTaken) await this.#parts.wait(waitBefore(attempt, error))
        const found = await find()
        if (found !== undefined) return found
        if (isTaken) throw error
      }
    }
  }

  async #ask(path: string, ask: Ask): Promise<Envelope> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(path, ask)
      } catch (error) {
        if (!isTransient(error) || attempt === maxAttempts) throw error
        await this.#parts.wait(waitBefore(attempt, error))
      }
    }
  }

  async #once(path: string, { method = 'GET', query, body, permission }: Ask): Promise<Envelope> {
    const { baseUrl, authorization, fetch } = this.#parts
    const url = `${baseUrl}${path}${query === undefined ? '' : `?${new URLSearchParams(query)}`}`
    let response: Response
    let text: string
    try {
      response = await fetch(url, {
        method,
        headers: { ...authorization, ...(body !== undefined && { 'content-type': 'application/json' }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutMs),
      })
      text = await response.text()
    } catch (error) {
      throw new NoAnswer(`${new URL(url).host} does not answer ${method} ${path}: ${describeCause(error)}`)
    }
    const envelope = parseEnvelope(text)
    if (response.ok && envelope?.success === true) return envelope
    const told = (envelope?.errors ?? [])
      .map(({ code, message }) => `${message ?? 'no reason'}${code === undefined ? '' : ` [${code}]`}`)
      .join('; ')
    const codes = (envelope?.errors ?? []).flatMap(({ code }) => code ?? [])
    const hint = needsPermission(response.status, codes)
      ? ` The login needs the permission ${permission}.`
      : ''
    throw new Answered(
      `Cloudflare refused ${method} ${path} with ${response.status}: ${told || 'no reason given'}.${hint}`,
      { status: response.status, codes, retryAfterMs: readRetryAfter(response.headers.get('retry-after')) },
    )
  }
}

class NoAnswer extends StartProblem {}

class Answered extends CloudflareRefusal {
  /** 0 where the answer named no wait. */
  readonly retryAfterMs: number

  constructor(
    message: string,
    { status, codes, retryAfterMs }: { status: number; codes: number[]; retryAfterMs: number },
  ) {
    super(message, status, codes)
    this.retryAfterMs = retryAfterMs
  }
}

const isTransient = (error: unknown) =>
  error instanceof NoAnswer || (error instanceof Answered && (error.status === 429 || error.status >= 500))

/** A name that somebody else took meanwhile, or an attempt whose answer got lost: D1's code, and that of queues. */
const isNameTaken = ({ status, codes }: CloudflareRefusal) =>
  status === 409 || codes.includes(7502) || codes.includes(11009)

function waitBefore(attempt: number, error: unknown): number {
  const asked = error instanceof Answered ? Math.min(error.retryAfterMs, maxRetryAfterMs) : 0
  return Math.max(asked, Math.min(1000 * 2 ** (attempt - 1), maxBackoffMs))
}

/** Seconds or a date, as HTTP allows. */
function readRetryAfter(value: string | null): number {
  if (value === null) return 0
  const milliseconds = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now()
  return milliseconds > 0 ? milliseconds : 0
}

/** Code 10000 is Cloudflare's authentication error, which it also answers for a missing permission. */
const needsPermission = (status: number, codes: number[]) =>
  status === 401 || (status === 403 && (codes.length === 0 || codes.includes(10000) || codes.includes(9109)))

function parseEnvelope(text: string): Envelope | null {
  try {
    const parsed = JSON.parse(text) as unknown
    return typeof parsed === 'object' && parsed !== null ? (parsed as Envelope) : null
  } catch {
    return null
  }
}

/** Names the network's reason, which fetch hides in `cause`. */
function describeCause(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string; code?: string } }
  return cause?.message || cause?.code || message
}
