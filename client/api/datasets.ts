import type { Dataset } from './api-types.ts'
import type { RequestOptions } from './request-options.ts'
import type { Transport } from './transport.ts'
import { toQuery } from './upload.ts'

/** Sets of questions by name and version. */
export class Datasets {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** All datasets, by name and version. */
  async list({ signal }: RequestOptions = {}): Promise<Dataset[]> {
    const datasets: Dataset[] = []
    for (let hasMore = true; hasMore; ) {
      const query = toQuery({ limit: 200, after: datasets.at(-1)?.digest })
      const page = await this.#transport.get<{ data: Dataset[]; has_more: boolean }>(
        `/v1/datasets?${query}`,
        {
          signal,
        },
      )
      datasets.push(...page.data)
      hasMore = page.has_more && page.data.length > 0
    }
    return datasets
  }

  /** Renames a dataset, alone or with the other versions of its name. */
  rename(
    digest: string,
    change: { name: string; all_versions?: boolean },
    options: RequestOptions = {},
  ): Promise<Dataset> {
    return this.#transport.change('PATCH', `/v1/datasets/${encodeURIComponent(digest)}`, change, options)
  }
}
