import type {
  Audit,
  AuditComparison,
  AuditOptions,
  AuditPreview,
  AuditReport,
  ReportLanguage,
} from './api-types.ts'
import { pollUntilEnd, type WaitOptions } from './poll.ts'
import type { DocumentOptions, RequestOptions } from './request-options.ts'
import type { Transport } from './transport.ts'
import { type Answers, toQuery, toUploadBody } from './upload.ts'

/** Audits of judges: how far ratings can be trusted on answers of your own. */
export class Audits {
  readonly #transport: Transport
  readonly #language: ReportLanguage

  constructor(transport: Transport, language: ReportLanguage) {
    this.#transport = transport
    this.#language = language
  }

  /** Starts an audit of a judge on a file of answers. */
  start(answers: Answers, options: AuditOptions, { signal }: RequestOptions = {}): Promise<Audit> {
    return this.#create(options, { ...toUploadBody(answers), signal })
  }

  /** Tells the size of an audit; starts nothing. */
  preview(answers: Answers, options: AuditOptions, { signal }: RequestOptions = {}): Promise<AuditPreview> {
    return this.#create({ ...options, preview: 'true' }, { ...toUploadBody(answers), signal })
  }

  /** Judges the cases of a completed audit again, to see whether the judge has moved. */
  startAgain(
    baseline: string,
    options: Pick<AuditOptions, 'name'> & { model?: string } = {},
    { signal }: RequestOptions = {},
  ): Promise<Audit> {
    return this.#create({ ...options, baseline }, { signal })
  }

  /** Tells the size of another run of a completed audit; starts nothing. */
  previewAgain(
    baseline: string,
    options: { model?: string } = {},
    { signal }: RequestOptions = {},
  ): Promise<AuditPreview> {
    return this.#create({ ...options, baseline, preview: 'true' }, { signal })
  }

  /** The newest audits, at most 100. */
  async list(options: RequestOptions = {}): Promise<Audit[]> {
    return (await this.#transport.get<{ data: Audit[] }>('/v1/audits?limit=100', options)).data
  }

  get(id: string, options: RequestOptions = {}): Promise<Audit> {
    return this.#transport.get(toPath(id), options)
  }

  /** Waits until an audit has ended or is paused. `signal` ends the waiting, not the audit. */
  waitFor(id: string, options: WaitOptions<Audit> = {}): Promise<Audit> {
    return pollUntilEnd(() => this.get(id, options), options)
  }

  cancel(id: string, options: RequestOptions = {}): Promise<Audit> {
    return this.#transport.change('POST', toPath(id, 'cancel'), undefined, options)
  }

  /** Resumes a cancelled or paused audit. */
  resume(id: string, options: RequestOptions = {}): Promise<Audit> {
    return this.#transport.change('POST', toPath(id, 'resume'), undefined, options)
  }

  /** Deletes an audit with its cases. */
  delete(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.remove(toPath(id), options)
  }

  report(id: string, { language = this.#language, signal }: DocumentOptions = {}): Promise<AuditReport> {
    return this.#transport.get(toPath(id, `report?${toQuery({ language })}`), { signal })
  }

  /** The report as Markdown, or as one page of HTML. */
  reportText(
    id: string,
    format: 'markdown' | 'html',
    { language = this.#language, signal }: DocumentOptions = {},
  ): Promise<string> {
    return this.#transport.getText(toPath(id, `report?${toQuery({ format, language })}`), { signal })
  }

  /** Compares the judges of two audits of the same cases; the difference is of `other` over `id`. */
  compare(
    id: string,
    other: string,
    { language = this.#language, signal }: DocumentOptions = {},
  ): Promise<AuditComparison> {
    return this.#transport.get(toComparisonPath(id, other, { language }), { signal })
  }

  /** The comparison as Markdown, or as one page of HTML. */
  compareText(
    id: string,
    other: string,
    format: 'markdown' | 'html',
    { language = this.#language, signal }: DocumentOptions = {},
  ): Promise<string> {
    return this.#transport.getText(toComparisonPath(id, other, { format, language }), { signal })
  }

  #create<T>(
    query: Record<string, unknown>,
    request: RequestOptions & ReturnType<typeof toUploadBody>,
  ): Promise<T> {
    const path = `/v1/audits?${toQuery(query)}`
    return this.#transport.json({ method: 'POST', path, repeatable: false, ...request })
  }
}

const toPath = (id: string, part?: string) =>
  `/v1/audits/${encodeURIComponent(id)}${part === undefined ? '' : `/${part}`}`

const toComparisonPath = (id: string, other: string, query: Record<string, unknown>) =>
  toPath(id, `compare/${encodeURIComponent(other)}?${toQuery(query)}`)
