import { parseRetryAfter, toRetryDelay } from '../api/retry-delay.ts'
import { sleep } from '../api/sleep.ts'
import {
  BrokenCompletion,
  type Completion,
  type CompletionUsage,
  findMessage,
  readCompletion,
} from './completion.ts'
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
  usage: CompletionUsage | null
  seconds: number
}

export interface TargetOptions {
  /** The base address, with or without `/v1`. */
  url: string
  model: string
  apiKey: string | null
  /** The longest time without a sign of the target. */
  silenceMs: number
  /** Requests the answer as a stream, which keeps long answers from timing out on the way. */
  isStreamed: boolean
  /** Attempts after a failed one. */
  retries: number
  fetch?: typeof fetch
}

/** The target did not answer. */
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
    const { model, apiKey, silenceMs, isStreamed } = this.#options
    const started = performance.now()
    const silence = new AbortController()
    const timer = setTimeout(() => silence.abort(), silenceMs)
    try {
      const response = await (this.#options.fetch ?? fetch)(this.#endpoint, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
        },
        body: JSON.stringify({ model, messages, ...fields, ...(isStreamed && { stream: true }) }),
        signal: AbortSignal.any([signal, silence.signal]),
      })
      if (!response.ok) throw toTargetError(response, await response.text())
      const completion = await readCompletion(response, () => timer.refresh())
      return toAnswer(completion, (performance.now() - started) / 1000)
    } catch (error) {
      if (signal.aborted) throw signal.reason
      if (error instanceof TargetError) throw error
      if (silence.signal.aborted) throw new TargetError('retry', `nothing came for ${silenceMs / 1000} s`)
      throw new TargetError(
        'retry',
        error instanceof BrokenCompletion ? error.message : describeNetworkError(error),
      )
    } finally {
      clearTimeout(timer)
    }
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

function toAnswer(completion: Completion, seconds: number): TargetAnswer {
  const { content, finishReason, usage } = completion
  const { answer, reasoning } = splitReasoning(content)
  const refusal = completion.refusal.trim()
  const found = {
    answer: answer === '' ? refusal : answer,
    reasoning: completion.reasoning.trim() || reasoning,
    finish_reason: finishReason,
    refused: refusal !== '' || finishReason === 'content_filter',
    usage,
    seconds: Math.round(seconds * 1000) / 1000,
  }
  if (!found.answer.isWellFormed()) throw new TargetError('retry', 'the answer is not valid Unicode')
  return found
}
