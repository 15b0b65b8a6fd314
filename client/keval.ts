import type { z } from 'zod'
import type {
  Evaluation,
  EvaluationQuery,
  EvaluationResult,
  previewAnswer,
} from '../schema/api/evaluations.ts'
import type { Judgment, judgmentRequestSchema } from '../schema/api/judgments.ts'
import type { Comparison, LeaderboardEntry, Report } from '../schema/api/reports.ts'
import type { ReportLanguage } from '../schema/report/texts/languages.ts'
import { KevalError, refusalOf } from './keval-error.ts'

export interface KevalOptions {
  /** Where the gateway is, without a path. */
  url: string
  apiKey: string
  /** Another `fetch`, for proxies and tests. */
  fetch?: typeof fetch
}

/** What `POST /v1/judgments` takes for one judgment. */
export type JudgeRequest = Omit<z.input<typeof judgmentRequestSchema>, 'n' | 'stream'>
export type EvaluateOptions = Partial<Omit<EvaluationQuery, 'preview' | 'model'>> & { model: string }
export type EvaluationPreview = z.output<typeof previewAnswer>

/** A file of answers: its bytes, or several named files that belong together. */
export type Answers = string | Blob | ReadableStream<Uint8Array> | readonly File[]

export interface ServedModel {
  id: string
  keval?: { notice: string | null }
}

interface List<T> {
  data: T[]
  has_more: boolean
}

/** A client of a keval-edge gateway. Refusals are thrown as {@link KevalError}. */
export class Keval {
  readonly #url: string
  readonly #apiKey: string
  readonly #fetch: typeof fetch

  constructor({ url, apiKey, fetch: own = fetch }: KevalOptions) {
    this.#url = url.replace(/\/+$/, '')
    this.#apiKey = apiKey
    this.#fetch = own
  }

  /** The models that can be asked for. */
  async models(): Promise<ServedModel[]> {
    return (await this.#json<List<ServedModel>>('GET', '/v1/models')).data
  }

  /** Judges one answer. */
  judge(request: JudgeRequest): Promise<Judgment> {
    return this.#json('POST', '/v1/judgments', JSON.stringify(request), 'application/json')
  }

  /** Starts an evaluation. The upload is checked whole before anything is judged. */
  evaluate(answers: Answers, options: EvaluateOptions): Promise<Evaluation> {
    return this.#upload(answers, options)
  }

  /** What would be understood of an upload; starts nothing. */
  preview(answers: Answers, options: EvaluateOptions): Promise<EvaluationPreview> {
    return this.#upload(answers, { ...options, preview: 'true' })
  }

  /** The newest evaluations, at most 100. */
  async evaluations(): Promise<Evaluation[]> {
    return (await this.#json<List<Evaluation>>('GET', '/v1/evaluations?limit=100')).data
  }

  evaluation(id: string): Promise<Evaluation> {
    return this.#json('GET', `/v1/evaluations/${encodeURIComponent(id)}`)
  }

  /**
   * Waits until an evaluation has ended, asking again once a second. `signal` ends the waiting, not the
   * evaluation. A gateway that does not answer for a moment is asked again.
   */
  async waitFor(
    id: string,
    options: { onProgress?: (evaluation: Evaluation) => void; signal?: AbortSignal } = {},
  ): Promise<Evaluation> {
    for (let silent = 0; ; ) {
      options.signal?.throwIfAborted()
      try {
        const evaluation = await this.evaluation(id)
        silent = 0
        options.onProgress?.(evaluation)
        if (evaluation.status !== 'running') return evaluation
      } catch (error) {
        const mayPass =
          error instanceof KevalError && (error.status === 0 || error.status >= 500 || error.status === 429)
        if (!mayPass || ++silent > mostSilence) throw error
      }
      await pause(1000, options.signal)
    }
  }

  cancel(id: string): Promise<Evaluation> {
    return this.#json('POST', `/v1/evaluations/${encodeURIComponent(id)}/cancel`)
  }

  /** Goes on with what a cancelled evaluation left, and tries failed rows once more. */
  resume(id: string): Promise<Evaluation> {
    return this.#json('POST', `/v1/evaluations/${encodeURIComponent(id)}/resume`)
  }

  report(id: string, language: ReportLanguage = 'en'): Promise<Report> {
    return this.#json('GET', `/v1/evaluations/${encodeURIComponent(id)}/report?language=${language}`)
  }

  /** The report as a document: Markdown, or one page of HTML with plots. */
  async reportText(
    id: string,
    format: 'markdown' | 'html',
    language: ReportLanguage = 'en',
  ): Promise<string> {
    const path = `/v1/evaluations/${encodeURIComponent(id)}/report?format=${format}&language=${language}`
    return (await this.#request('GET', path)).text()
  }

  /** Every judgment of an evaluation, as it arrives. */
  async *results(id: string): AsyncGenerator<EvaluationResult> {
    const response = await this.#request('GET', `/v1/evaluations/${encodeURIComponent(id)}/results`)
    let rest = ''
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield JSON.parse(line)
    }
  }

  /** Compares two evaluations of the same rows; the difference is of `other` over `id`. */
  compare(
    id: string,
    other: string,
    options: { model?: string; with_model?: string; language?: ReportLanguage } = {},
  ): Promise<Comparison> {
    return this.#json('GET', comparisonPath(id, { with: other, language: 'en', ...options }))
  }

  /** The comparison as a document: Markdown, or one page of HTML with plots. */
  async compareText(
    id: string,
    other: string,
    format: 'markdown' | 'html',
    options: { model?: string; with_model?: string; language?: ReportLanguage } = {},
  ): Promise<string> {
    const path = comparisonPath(id, { with: other, format, language: 'en', ...options })
    return (await this.#request('GET', path)).text()
  }

  async leaderboard(): Promise<LeaderboardEntry[]> {
    return (await this.#json<List<LeaderboardEntry>>('GET', '/v1/leaderboard')).data
  }

  #upload<T>(answers: Answers, options: Record<string, unknown>): Promise<T> {
    const given = Object.entries(options).filter(([, value]) => value !== undefined)
    const query = new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)]))
    const path = `/v1/evaluations?${query}`
    if (!Array.isArray(answers))
      return this.#json('POST', path, answers as Exclude<Answers, readonly File[]>, 'application/x-ndjson')
    const form = new FormData()
    for (const file of answers as readonly File[]) form.append('file', file, file.name)
    return this.#json('POST', path, form)
  }

  async #json<T>(method: string, path: string, body?: RequestInit['body'], type?: string): Promise<T> {
    return (await (await this.#request(method, path, body, type)).json()) as T
  }

  async #request(method: string, path: string, body?: RequestInit['body'], type?: string): Promise<Response> {
    const headers = new Headers({ authorization: `Bearer ${this.#apiKey}` })
    if (type !== undefined) headers.set('content-type', type)
    let response: Response
    try {
      // a stream as the body can only be sent half duplex
      const init = { method, headers, ...(body !== undefined && { body, duplex: 'half' }) }
      response = await this.#fetch(this.#url + path, init as RequestInit)
    } catch {
      throw new KevalError(0, { code: 'unreachable', detail: `No gateway answers at ${this.#url}.` })
    }
    if (!response.ok) throw await refusalOf(response)
    return response
  }
}

const comparisonPath = (id: string, query: Record<string, string>) =>
  `/v1/evaluations/${encodeURIComponent(id)}/comparison?${new URLSearchParams(query)}`

/** So many seconds in a row without an answer, and waiting ends. */
const mostSilence = 120

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => {
      clearTimeout(timer)
      reject(signal!.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }, ms)
    signal?.addEventListener('abort', leave)
  })
}
