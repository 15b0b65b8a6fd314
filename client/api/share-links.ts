import type { NewShareLink, ShareLink, ShareOptions } from './api-types.ts'
import type { RequestOptions } from './request-options.ts'
import { type Transport, toJsonBody } from './transport.ts'

/** Read-only links to the reports of evaluations. */
export class ShareLinks {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** Creates a link that shows the report to anyone who has it; its `url` is returned only once. */
  create(
    evaluation: string,
    { signal, ...options }: ShareOptions & RequestOptions = {},
  ): Promise<NewShareLink> {
    const path = toPath(evaluation)
    return this.#transport.json({ method: 'POST', path, ...toJsonBody(options), repeatable: false, signal })
  }

  /** The links that share an evaluation, without their addresses. */
  async list(evaluation: string, options: RequestOptions = {}): Promise<ShareLink[]> {
    return (await this.#transport.get<{ data: ShareLink[] }>(toPath(evaluation), options)).data
  }

  /** Revokes a link by its id. */
  revoke(evaluation: string, link: string, options: RequestOptions = {}): Promise<void> {
    return this.#transport.remove(`${toPath(evaluation)}/${encodeURIComponent(link)}`, options)
  }
}

const toPath = (evaluation: string) => `/v1/evaluations/${encodeURIComponent(evaluation)}/share-links`
