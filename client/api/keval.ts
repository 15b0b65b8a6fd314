import { toApiKey } from './api-key.ts'
import type {
  ComparedRows,
  ComparedRowsQuery,
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
  Limits,
  Report,
  ReportLanguage,
  Usage,
  UsageQuery,
} from './api-types.ts'
import { Archives } from './archives.ts'
import { Audits } from './audits.ts'
import { Datasets } from './datasets.ts'
import { toGatewayUrl } from './gateway-url.ts'
import { Judgments } from './judgments.ts'
import { pollUntilEnd, type WaitOptions } from './poll.ts'
import type { RequestOptions } from './request-options.ts'
import { EvaluationRows } from './rows.ts'
import { ShareLinks } from './share-links.ts'
import { Transport } from './transport.ts'
import { type Answers, toQuery, toUploadBody } from './upload.ts'

export interface KevalOptions {
  /** The address of the gateway, with or without `/v1`. */
  url: string
  apiKey: string
  /** The language of error messages and documents. */
  language?: ReportLanguage
  /** Number of retries when the gateway is busy or does not answer; default 2. */
  maxRetries?: number
  /** Another `fetch`, for proxies and tests. */
  fetch?: typeof fetch
}

/** Filter and order of a list of evaluations. */
export interface ListOptions extends RequestOptions {
  /** Part of the name. */
  search?: string
  tag?: string
  /** The name of a dataset. */
  dataset?: string
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

/** Selects the runs of a history: those of a tag, of a dataset by its name, or of both. */
export interface HistoryOptions extends RequestOptions {
  tag?: string
  dataset?: string
  limit?: number
}

/** Selects the boards: all, those of a dataset, or those of one version of it. */
export interface LeaderboardOptions extends RequestOptions {
  dataset?: string
  version?: number
}

interface List<T> {
  data: T[]
  has_more: boolean
}

/** A client of a keval-edge gateway. Refusals are thrown as {@link KevalError}. */
export class Keval {
  readonly #transport: Transport
  readonly #language: ReportLanguage
  /** Whole evaluations as files. */
  readonly archives: Archives
  /** Audits of judges. */
  readonly audits: Audits
  /** Sets of questions. */
  readonly datasets: Datasets
  /** Stored judgments. */
  readonly judgments: Judgments
  /** Rows of evaluations, and labels given by hand. */
  readonly rows: EvaluationRows
  /** Links to reports. */
  readonly shareLinks: ShareLinks

  constructor(options: KevalOptions) {
    this.#language = options.language ?? 'en'
    this.#transport = new Transport({
      url: toGatewayUrl(options.url),
      apiKey: toApiKey(options.apiKey),
      language: this.#language,
      maxRetries: options.maxRetries ?? 2,
      fetch: options.fetch ?? fetch,
    })
    this.archives = new Archives(this.#transport)
    this.audits = new Audits(this.#transport, this.#language)
    this.datasets = new Datasets(this.#transport)
    this.judgments = new Judgments(this.#transport)
    this.rows = new EvaluationRows(this.#transport)
    this.shareLinks = new ShareLinks(this.#transport)
  }

  /** The models that can be asked for. */
  async models(options: RequestOptions = {}): Promise<ServedModel[]> {
    return (await this.#transport.get<List<ServedModel>>('/v1/models', options)).data
  }

  /** Judges one answer. */
  judge(request: JudgeRequest, { signal }: RequestOptions = {}): Promise<Judgment> {
    return this.#transport.change('POST', '/v1/judgments', request, { signal })
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
    return (await this.#transport.get<List<Evaluation>>(path, { signal })).data
  }

  /** Renames an evaluation, tags it, or makes it the baseline of its tags. */
  change(id: string, change: EvaluationChange, { signal }: RequestOptions = {}): Promise<Evaluation> {
    return this.#transport.change('PATCH', evaluationPath(id), change, { signal })
  }

  /** The scores of the runs of a tag or dataset over time, oldest first. */
  history({ signal, ...query }: HistoryOptions): Promise<EvaluationHistory> {
    return this.#transport.get(`/v1/evaluations/history?${toQuery(query)}`, { signal })
  }

  evaluation(id: string, options: RequestOptions = {}): Promise<Evaluation> {
    return this.#transport.get(evaluationPath(id), options)
  }

  /**
   * Waits until an evaluation has ended or is paused, polling once a second. `signal` ends the waiting, not the evaluation. A
   * gateway that does not answer for a moment is asked again.
   */
  waitFor(id: string, options: WaitOptions<Evaluation> = {}): Promise<Evaluation> {
    return pollUntilEnd(() => this.evaluation(id, options), options)
  }

  cancel(id: string, { signal }: RequestOptions = {}): Promise<Evaluation> {
    return this.#transport.change('POST', evaluationPath(id, 'cancel'), undefined, { signal })
  }

  /** Resumes a cancelled evaluation and retries its failed rows. */
  resume(id: string, { signal }: RequestOptions = {}): Promise<Evaluation> {
    return this.#transport.change('POST', evaluationPath(id, 'resume'), undefined, { signal })
  }

  /** Deletes an evaluation with its rows; judgments are kept until they are deleted themselves. */
  delete(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.remove(evaluationPath(id), options)
  }

  report(id: string, language = this.#language, options: RequestOptions = {}): Promise<Report> {
    return this.#transport.get(`${evaluationPath(id, 'report')}?language=${language}`, options)
  }

  /** The report as a document: Markdown, or one page of HTML with plots. */
  async reportText(
    id: string,
    format: 'markdown' | 'html',
    language = this.#language,
    { signal }: RequestOptions = {},
  ): Promise<string> {
    const path = `${evaluationPath(id, 'report')}?format=${format}&language=${language}`
    return this.#transport.getText(path, { signal })
  }

  /** Every judgment of an evaluation, as it arrives; with `texts`, question, answer and reference too. */
  results(
    id: string,
    { signal, texts = false }: RequestOptions & { texts?: boolean } = {},
  ): AsyncGenerator<EvaluationResult> {
    return this.#transport.lines(`${evaluationPath(id, 'results')}?texts=${texts}`, { signal })
  }

  /** Every judgment of an evaluation as CSV, in pieces as it arrives; `bom` is for Excel. */
  resultsCsv(
    id: string,
    { signal, bom = false, texts = false }: RequestOptions & { bom?: boolean; texts?: boolean } = {},
  ): AsyncGenerator<string> {
    const path = `${evaluationPath(id, 'results')}?format=csv&bom=${bom}&texts=${texts}`
    return this.#transport.pieces(path, { signal })
  }

  /** Compares two evaluations of the same questions; the difference is of `other` over `id`. */
  compare(id: string, other: string, { signal, ...options }: CompareOptions = {}): Promise<Comparison> {
    return this.#transport.get(comparisonPath(id, { with: other, language: this.#language, ...options }), {
      signal,
    })
  }

  /** One page of the rows that two evaluations have in common, the largest differences first. */
  comparedRows(
    id: string,
    other: string,
    { signal, ...query }: Omit<ComparedRowsQuery, 'with'> & RequestOptions = {},
  ): Promise<ComparedRows> {
    return this.#transport.get(comparisonPath(id, { with: other, ...query }, '/rows'), { signal })
  }

  /** The comparison as a document: Markdown, or one page of HTML with plots. */
  async compareText(
    id: string,
    other: string,
    format: 'markdown' | 'html',
    { signal, ...options }: CompareOptions = {},
  ): Promise<string> {
    const path = comparisonPath(id, { with: other, format, language: this.#language, ...options })
    return this.#transport.getText(path, { signal })
  }

  /** Usage by Korean day, model and key. */
  usage({ signal, ...query }: UsageQuery & RequestOptions = {}): Promise<Usage> {
    return this.#transport.get(`/v1/usage?${toQuery(query)}`, { signal })
  }

  /** The limits of plan and key, and what remains of them. */
  limits(options: RequestOptions = {}): Promise<Limits> {
    return this.#transport.get('/v1/limits', options)
  }

  async leaderboard({ signal, ...query }: LeaderboardOptions = {}): Promise<LeaderboardEntry[]> {
    const path = `/v1/leaderboard?${toQuery({ ...query })}`
    return (await this.#transport.get<List<LeaderboardEntry>>(path, { signal })).data
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

const comparisonPath = (id: string, query: Record<string, unknown>, part = '') =>
  `${evaluationPath(id, 'comparison')}${part}?${toQuery(query)}`
