import { parseRetryAfter, toRetryDelay } from '../api/retry-delay.ts'
import { sleep } from '../api/sleep.ts'
import { splitReasoning } from './reasoning.ts'

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant'
  content: string
}

export interface TargetAnswer {
  answer: string
  reasoning: string | null
  finish_reason: string | null
  refused: boolean
  usage: { prompt_tokens?: number; completion_tokens?: number } | null
  seconds: number
}

export interface TargetOptions {
  /** The base address, with or without `/v1`. */
  url: string
  model: string
  apiKey: string | null
  timeoutMs: number
  /** Attempts after a failed one. */
  retries: number
  fetch?: typeof fetch
}

/** The target gave no answer. */
export class TargetError extends Error {
  /**
   * `retry`: another attempt may succeed; `question`: this question is refused, another may not be; `all`: every
   * request will be refused.
   */
  readonly scope: 'retry' | 'question' | 'all'
  readonly retryAfterMs: number | null
  constructor(scope: TargetError['scope'], message: string, retryAfterMs: number | null = null) {
    super(message)
    this.scope = scope
    this.retryAfterMs = retryAfterMs
  }
}

/** The longest `Retry-After` that is waited for. */
const maxRetryAfterMs = 600_000

/** An OpenAI-compatible server that answers questions. */
export class Target {
  readonly #options: TargetOptions
  readonly #endpoint: string
  /** No request starts before this time: one refusal for too many requests holds back all of them. */
  #resumeAt = 0

  constructor(options: TargetOptions) {
    this.#options = options
    const { origin, pathname } = new URL(options.url)
    const base = pathname.replace(/\/+$/, '').replace(/\/chat\/completions$/, '')
    this.#endpoint = `${origin}${base === '' ? '/v1' : base}/chat/completions`
  }

  /** Asks until there is an answer or no attempt is left. Throws a {@link TargetError}. */
  async ask(messages: readonly ChatMessage[], fields: object, signal: AbortSignal): Promise<TargetAnswer> {
    for (let attempt = 0; ; attempt++) {
      if (this.#resumeAt > Date.now()) await sleep(toRetryDelay(0, this.#resumeAt - Date.now()), signal)
      try {
        return await this.#attempt(messages, fields, signal)
      } catch (error) {
        if (!(error instanceof TargetError) || error.scope !== 'retry') throw error
        const { retryAfterMs } = error
        if (attempt >= this.#options.retries || (retryAfterMs ?? 0) > maxRetryAfterMs) throw error
        if (retryAfterMs !== null) this.#resumeAt = Math.max(this.#resumeAt, Date.now() + retryAfterMs)
        else await sleep(toRetryDelay(attempt, null), signal)
      }
    }
  }

  async #attempt(
    messages: readonly ChatMessage[],
    fields: object,
    signal: AbortSignal,
  ): Promise<TargetAnswer> {
    const { model, apiKey, timeoutMs } = this.#options
    const timeout = AbortSignal.timeout(timeoutMs)
    const started = performance.now()
    let response: Response
    let bytes: ArrayBuffer
    try {
      response = await (this.#options.fetch ?? fetch)(this.#endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({ model, messages, ...fields }),
        signal: AbortSignal.any([signal, timeout]),
      })
      bytes = await response.arrayBuffer()
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (timeout.aborted) throw new TargetError('retry', `no answer within ${timeoutMs / 1000} s`)
      throw new TargetError('retry', describeNetworkError(error))
    }
    if (!response.ok) throw toTargetError(response, new TextDecoder().decode(bytes))
    return parseAnswer(bytes, (performance.now() - started) / 1000)
  }
}

function describeNetworkError(error: unknown): string {
  const cause = error instanceof Error ? error.cause : null
  const { code, message } = (cause ?? {}) as { code?: string; message?: string }
  return `the connection failed (${code ?? message ?? String(error)})`
}

const passing = new Set([408, 409, 425, 429])

function toTargetError(response: Response, text: string): TargetError {
  const { status, headers } = response
  const message = `${status} ${findMessage(text)}`.trim()
  if (status >= 500 || passing.has(status))
    return new TargetError('retry', message, parseRetryAfter(headers.get('retry-after')))
  return new TargetError([401, 403, 404, 405].includes(status) ? 'all' : 'question', message)
}

function findMessage(text: string): string {
  try {
    const { error, message, detail } = JSON.parse(text)
    const found = error?.message ?? message ?? detail ?? error
    return (typeof found === 'string' ? found : JSON.stringify(found ?? '')).slice(0, 500)
  } catch {
    return text.slice(0, 200)
  }
}

interface Completion {
  choices?: { message?: Message; finish_reason?: string | null }[]
  usage?: TargetAnswer['usage']
  error?: unknown
}

interface Message {
  content?: string | { type?: string; text?: string }[] | null
  reasoning_content?: string | null
  reasoning?: string | null
  refusal?: string | null
}

/** Reads a completion; one that is incomplete or not JSON is asked for again. */
function parseAnswer(bytes: ArrayBuffer, seconds: number): TargetAnswer {
  let body: Completion
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    body = JSON.parse(text)
  } catch {
    throw new TargetError('retry', 'the answer is not JSON in UTF-8, or was cut off')
  }
  if (body?.error) throw new TargetError('retry', findMessage(text))
  const choice = body?.choices?.[0]
  if (!choice?.message) throw new TargetError('retry', 'the answer has no choice')
  const { message, finish_reason = null } = choice
  const content = readContent(message.content)
  const { answer, reasoning } = splitReasoning(content)
  const refusal = message.refusal?.trim() ?? ''
  const found = {
    answer: answer === '' ? refusal : answer,
    reasoning: message.reasoning_content?.trim() || message.reasoning?.trim() || reasoning,
    finish_reason,
    refused: refusal !== '' || finish_reason === 'content_filter',
    usage: body.usage ?? null,
    seconds: Math.round(seconds * 1000) / 1000,
  }
  if (!found.answer.isWellFormed()) throw new TargetError('retry', 'the answer is not valid Unicode')
  return found
}

function readContent(content: Message['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).map(({ text }) => text ?? '').join('')
}
