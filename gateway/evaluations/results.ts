import type { EvaluationResult } from '../../schema/api/evaluation-results.ts'
import type { GatewayContext } from '../http/context.ts'
import { readerLanguage } from '../http/reader-language.ts'
import { byteOrderMark, csvHeader, csvLine } from './csv.ts'
import type { ResultPage, ResultPlace } from './results-query.ts'
import { tenantEvaluations } from './tenant-evaluations.ts'

/** The results of an evaluation, page by page as the client reads them. */
export function resultsStream(
  c: GatewayContext,
  id: string,
  { format, withMark, texts }: { format: 'jsonl' | 'csv'; withMark: boolean; texts: boolean },
): ReadableStream<Uint8Array> {
  const evaluations = tenantEvaluations(c.get('tenant'))
  const encoder = new TextEncoder()
  const line = (result: EvaluationResult) =>
    format === 'csv' ? csvLine(result, texts) : `${JSON.stringify(result)}\n`
  let next: ResultPlace | null = [0, 0, 0]
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (format === 'csv')
        controller.enqueue(encoder.encode((withMark ? byteOrderMark : '') + csvHeader(texts)))
    },
    async pull(controller) {
      if (next === null) return controller.close()
      const page: ResultPage = await evaluations.results(id, next, readerLanguage(c), { texts })
      next = page.next
      if (page.results.length > 0) controller.enqueue(encoder.encode(page.results.map(line).join('')))
      if (next === null) controller.close()
    },
  })
}
