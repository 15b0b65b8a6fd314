import type { Evaluation } from './api-types.ts'
import type { RequestOptions } from './request-options.ts'
import type { Transport } from './transport.ts'
import { toQuery } from './upload.ts'

export interface ImportOptions extends RequestOptions {
  /** Another name than the evaluation had. */
  name?: string
  /** Tags, separated by commas. */
  tags?: string
}

/** Whole evaluations as files. */
export class Archives {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** The archive of an evaluation that has ended, as it arrives. A stream that breaks off is no archive. */
  async export(id: string, { signal }: RequestOptions = {}): Promise<ReadableStream<Uint8Array>> {
    const path = `/v1/evaluations/${encodeURIComponent(id)}/export`
    const response = await this.#transport.send({ method: 'GET', path, repeatable: true, signal })
    return response.body!
  }

  /** Imports an archive. Nothing is judged; the evaluation is marked as imported. */
  import(
    archive: Blob | ReadableStream<Uint8Array>,
    { signal, ...options }: ImportOptions = {},
  ): Promise<Evaluation> {
    return this.#transport.json({
      method: 'POST',
      path: `/v1/evaluations/import?${toQuery({ ...options })}`,
      body: archive,
      type: 'application/zip',
      repeatable: false,
      signal,
    })
  }
}
