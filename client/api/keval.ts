import type {
  Comparison,
  EvaluateOptions,
  Evaluation,
  EvaluationChange,
  EvaluationHistory,
  EvaluationPreview,
  EvaluationResult,
  JudgeRequest,
  Judgment,
  LeaderboardEntry,
  Report,
  ReportLanguage,
} from './api-types.ts'
import { Audits } from './audits.ts'
import { toGatewayUrl } from './gateway-url.ts'
import { KevalError } from './keval-error.ts'
import { pollUntilEnd, type WaitOptions } from './poll.ts'
import { Transport } from './transport.ts'
import { type Answers, toQuery, toUploadBody } from './upload.ts'

export interface KevalOptions {
  /** The address of the gateway, with or without `/v1`. */
  url: string
  apiKey: string
  /** The language of error messages and documents. */
  language?: ReportLanguage
  /** How often a request is sent again when the gateway is busy or does not answer; default 2. */
  maxRetries?: number
  /** Another `fetch`, for proxies and tests. */
  fetch?: typeof fetch
}

export interface RequestOptions {
  /** Aborts the request. */
  signal?: AbortSignal
}

/** Which evaluations are listed, and in which order. */
export interface ListOptions extends RequestOptions {
  /** Part of the name. */
  search?: string
  tag?: string
  sort?: 'newest' | 'oldest' | 'name'
}

export interface CompareOptions extends RequestOptions {
  /** The answering model, where a file has several. */
  model?: string
  with_model?: string
  language?: ReportLanguage
}

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
  readonly #transport: Transport
  readonly #language: ReportLanguage
  /** Audits of judges. */
  readonly audits: Audits

  constructor(options: KevalOptions) {
    this.#language = options.language ?? 'en'
    this.#transport = new Transport({
      url: toGatewayUrl(options.url),
      apiKey: options.apiKey,
      language: this.#language,
      maxRetries: options.maxRetries ?? 2,
      fetch: options.fetch ?? fetch,
    })
    this.audits = new Audits(this.#transport, this.#language)
  }

  /** The models that can be asked for. */
  async models(options: RequestOptions = {}): Promise<ServedModel[]> {
    return (await this.#get<List<ServedModel>>('/v1/models', options)).data
  }

  /** Judges one answer. */
  judge(request: JudgeRequest, { signal }: RequestOptions = {}): Promise<Judgment> {
    const body = JSON.stringify(request)
    const path = '/v1/judgments'
    return this.#transport.json({
      method: 'POST',
      path,
      body,
      type: 'application/json',
      repeatable: true,
      signal,
    })
  }

  /** Starts an evaluation. The gateway checks the whole upload before anything is judged. */
  evaluate(answers: Answers, options: EvaluateOptions, request: RequestOptions = {}): Promise<Evaluation> {
    return this.#upload(answers, options, request)
  }

  /** Tells how an upload is understood; starts nothing. */
  preview(
    answers: Answers,
    options: EvaluateOptions,
    request: RequestOptions = {},
  ): Promise<EvaluationPreview> {
    return this.#upload(answers, { ...options, preview: 'true' }, request)
  }

  /** The newest evaluations, at most 100. */
  async evaluations({ signal, ...which }: ListOptions = {}): Promise<Evaluation[]> {
    const path = `/v1/evaluations?${toQuery({ limit: 100, ...which })}`
    return (await this.#get<List<Evaluation>>(path, { signal })).data
  }

  /** Renames an evaluation, tags it, or makes it the baseline of its tags. */
  change(id: string, change: EvaluationChange, { signal }: RequestOptions = {}): Promise<Evaluation> {
    return this.#transport.json({
      method: 'PATCH',
      path: evaluationPath(id),
      body: JSON.stringify(change),
      type: 'application/json',
      repeatable: true,
      signal,
    })
  }

  /** The scores of a tag's runs over time, oldest first. */
  history(
    tag: string,
    { signal, limit }: RequestOptions & { limit?: number } = {},
  ): Promise<EvaluationHistory> {
    return this.#get(`/v1/evaluations/history?${toQuery({ tag, limit })}`, { signal })
  }

  evaluation(id: string, options: RequestOptions = {}): Promise<Evaluation> {
    return this.#get(evaluationPath(id), options)
  }

  /**
   * Waits until an evaluation has ended or is paused, polling once a second. `signal` ends the waiting, not the evaluation. A
   * gateway that does not answer for a moment is asked again.
   */
  waitFor(id: string, options: WaitOptions<Evaluation> = {}): Promise<Evaluation> {
    return pollUntilEnd(() => this.evaluation(id, options), options)
  }

  cancel(id: string, { signal }: RequestOptions = {}): Promise<Evaluation> {
    return this.#transport.json({
      method: 'POST',
      path: evaluationPath(id, 'cancel'),
      repeatable: true,
      signal,
    })
  }

  /** Resumes a cancelled evaluation and retries its failed rows. */
  resume(id: string, { signal }: RequestOptions = {}): Promise<Evaluation> {
    return this.#transport.json({
      method: 'POST',
      path: evaluationPath(id, 'resume'),
      repeatable: true,
      signal,
    })
  }

  report(id: string, language = this.#language, options: RequestOptions = {}): Promise<Report> {
    return this.#get(`${evaluationPath(id, 'report')}?language=${language}`, options)
  }

  /** The report as a document: Markdown, or one page of HTML with plots. */
  async reportText(
    id: string,
    format: 'markdown' | 'html',
    language = this.#language,
    { signal }: RequestOptions = {},
  ): Promise<string> {
    const path = `${evaluationPath(id, 'report')}?format=${format}&language=${language}`
    return this.#transport.text({ method: 'GET', path, repeatable: true, signal })
  }

  /** Every judgment of an evaluation, as it arrives; with `texts`, question, answer and reference too. */
  async *results(
    id: string,
    { signal, texts = false }: RequestOptions & { texts?: boolean } = {},
  ): AsyncGenerator<EvaluationResult> {
    const path = `${evaluationPath(id, 'results')}?texts=${texts}`
    const response = await this.#transport.send({ method: 'GET', path, repeatable: true, signal })
    let rest = ''
    for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      for (const line of lines) yield parseResult(line)
    }
    if (rest.trim() !== '') yield parseResult(rest)
  }

  /** Every judgment of an evaluation as CSV, in pieces as it arrives; `bom` is for Excel. */
  async *resultsCsv(
    id: string,
    { signal, bom = false, texts = false }: RequestOptions & { bom?: boolean; texts?: boolean } = {},
  ): AsyncGenerator<string> {
    const path = `${evaluationPath(id, 'results')}?format=csv&bom=${bom}&texts=${texts}`
    const response = await this.#transport.send({ method: 'GET', path, repeatable: true, signal })
    yield* response.body!.pipeThrough(new TextDecoderStream('utf-8', { ignoreBOM: true }))
  }

  /** Compares two evaluations of the same questions; the difference is of `other` over `id`. */
  compare(id: string, other: string, { signal, ...options }: CompareOptions = {}): Promise<Comparison> {
    return this.#get(comparisonPath(id, { with: other, language: this.#language, ...options }), { signal })
  }

  /** The comparison as a document: Markdown, or one page of HTML with plots. */
  async compareText(
    id: string,
    other: string,
    format: 'markdown' | 'html',
    { signal, ...options }: CompareOptions = {},
  ): Promise<string> {
    const path = comparisonPath(id, { with: other, format, language: this.#language, ...options })
    return this.#transport.text({ method: 'GET', path, repeatable: true, signal })
  }

  async leaderboard(options: RequestOptions = {}): Promise<LeaderboardEntry[]> {
    return (await this.#get<List<LeaderboardEntry>>('/v1/leaderboard', options)).data
  }

  #get<T>(path: string, { signal }: RequestOptions): Promise<T> {
    return this.#transport.json({ method: 'GET', path, repeatable: true, signal })
  }

  #upload<T>(answers: Answers, options: Record<string, unknown>, { signal }: RequestOptions): Promise<T> {
    const path = `/v1/evaluations?${toQuery(options)}`
    return this.#transport.json({
      method: 'POST',
      path,
      repeatable: false,
      signal,
      ...toUploadBody(answers),
    })
  }
}

const evaluationPath = (id: string, part?: string) =>
  `/v1/evaluations/${encodeURIComponent(id)}${part === undefined ? '' : `/${part}`}`

const comparisonPath = (id: string, query: Record<string, unknown>) =>
  `${evaluationPath(id, 'comparison')}?${toQuery(query)}`

function parseResult(line: string): EvaluationResult {
  try {
    return JSON.parse(line)
  } catch {
    throw new KevalError(0, {
      code: 'broken_answer',
      detail: 'The results broke off in the middle of a line.',
    })
  }
}
