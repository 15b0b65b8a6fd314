import type { Judgment, JudgmentPage, JudgmentPageQuery, Replay, StoredJudgment } from './api-types.ts'
import type { RequestOptions } from './request-options.ts'
import type { Transport } from './transport.ts'
import { toQuery } from './upload.ts'

/** Judgments that are stored. */
export class Judgments {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** One page of judgments, newest first; `after` is the id of the last one of the page before. */
  page({ signal, ...query }: JudgmentPageQuery & RequestOptions = {}): Promise<JudgmentPage> {
    return this.#transport.get(`/v1/judgments?${toQuery(query)}`, { signal })
  }

  /** All judgments that fit the filters, newest first, fetched page by page. */
  async *list({ signal, ...query }: JudgmentPageQuery & RequestOptions = {}): AsyncGenerator<Judgment> {
    for (let after = query.after; ; ) {
      const { data, has_more: hasMore } = await this.page({ ...query, after, signal })
      yield* data
      if (!hasMore || data.length === 0) return
      after = data.at(-1)!.id
    }
  }

  /** A judgment with the texts that were judged. */
  get(id: string, options: RequestOptions = {}): Promise<StoredJudgment> {
    return this.#transport.get(toPath(id), options)
  }

  /** Judges the same texts again and compares. */
  replay(id: string, options: RequestOptions = {}): Promise<Replay> {
    return this.#transport.change('POST', `${toPath(id)}/replay`, undefined, options)
  }

  /** Deletes a judgment from store and cache. */
  delete(id: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.remove(toPath(id), options)
  }
}

const toPath = (id: string) => `/v1/judgments/${encodeURIComponent(id)}`
