import type {
  Agreement,
  EvaluationRow,
  ExportedLabel,
  RowFilter,
  RowPage,
  RowPageQuery,
} from './api-types.ts'
import type { RequestOptions } from './request-options.ts'
import type { Transport } from './transport.ts'
import { toQuery } from './upload.ts'

/** Rows of evaluations: their texts, judgments, and labels given by hand. */
export class EvaluationRows {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** One page of the rows that fit the filters; `total` counts all of them. */
  list(evaluation: string, { signal, ...query }: RowPageQuery & RequestOptions = {}): Promise<RowPage> {
    return this.#transport.get(toPath(evaluation, `rows?${toQuery(query)}`), { signal })
  }

  /** One row with its texts and judgments; `place` has its neighbours under the filters. */
  get(
    evaluation: string,
    row: number,
    { signal, ...filter }: RowFilter & RequestOptions = {},
  ): Promise<EvaluationRow> {
    return this.#transport.get(toPath(evaluation, `rows/${row}?${toQuery(filter)}`), { signal })
  }

  /** Labels a turn of a row by hand, 0 to 10; it counts in place of the label of the file. */
  label(
    evaluation: string,
    row: number,
    label: number,
    { signal, turn = 1, note }: RequestOptions & { turn?: number; note?: string } = {},
  ): Promise<Agreement> {
    return this.#transport.change('PUT', labelPath(evaluation, row, turn), { label, note }, { signal })
  }

  /** Takes a label given by hand back; the label of the file counts again. */
  removeLabel(
    evaluation: string,
    row: number,
    { signal, turn = 1 }: RequestOptions & { turn?: number } = {},
  ): Promise<Agreement> {
    return this.#transport.change('DELETE', labelPath(evaluation, row, turn), undefined, { signal })
  }

  /** The labels that were given by hand, as they arrive. */
  labels(evaluation: string, options: RequestOptions = {}): AsyncGenerator<ExportedLabel> {
    return this.#transport.lines(toPath(evaluation, 'labels'), options)
  }

  /** The labels that were given by hand as CSV, in pieces as it arrives; `bom` is for Excel. */
  labelsCsv(
    evaluation: string,
    { signal, bom = false }: RequestOptions & { bom?: boolean } = {},
  ): AsyncGenerator<string> {
    return this.#transport.pieces(toPath(evaluation, `labels?${toQuery({ format: 'csv', bom })}`), { signal })
  }

  /** Agreement of the judge with all labels, those given by hand included. */
  agreement(evaluation: string, options: RequestOptions = {}): Promise<Agreement> {
    return this.#transport.get(toPath(evaluation, 'agreement'), options)
  }
}

const toPath = (evaluation: string, part: string) =>
  `/v1/evaluations/${encodeURIComponent(evaluation)}/${part}`

const labelPath = (evaluation: string, row: number, turn: number) =>
  toPath(evaluation, `rows/${row}/labels/${turn}`)
