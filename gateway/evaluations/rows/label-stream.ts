import type { ExportedLabel } from '../../../schema/api/evaluation-rows.ts'
import type { Remote } from '../../platform/object-rpc.ts'
import { byteOrderMark, toCsvLine } from '../csv.ts'
import type { EvaluationRows } from './evaluation-rows.ts'

const columns = [
  'row',
  'id',
  'model',
  'category',
  'turn',
  'label',
  'note',
  'rating',
  'question',
  'answer',
  'key',
  'created_at',
  'updated_at',
] as const satisfies readonly (keyof ExportedLabel)[]

const pageSize = 200

/** The labels of an evaluation as a file, page by page as the client reads them. */
export function labelStream(
  rows: Remote<EvaluationRows>,
  id: string,
  format: 'jsonl' | 'csv',
  withMark: boolean,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  const line = (label: ExportedLabel) =>
    format === 'csv' ? toCsvLine(columns.map((column) => label[column])) : `${JSON.stringify(label)}\n`
  let after: [row: number, turn: number] = [0, 0]
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const head = (withMark ? byteOrderMark : '') + toCsvLine(columns)
      if (format === 'csv') controller.enqueue(encoder.encode(head))
    },
    async pull(controller) {
      const page = await rows.labels(id, after, pageSize)
      const last = page.at(-1)
      if (last !== undefined) {
        after = [last.row, last.turn]
        controller.enqueue(encoder.encode(page.map(line).join('')))
      }
      if (page.length < pageSize) controller.close()
    },
  })
}
