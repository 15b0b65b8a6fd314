import type { EvaluationResult } from '../../../../schema/api/evaluation-results.ts'

export interface RowFilter {
  /** Empty for all. */
  verdict: string
  category: string
  /** How many matching rows come before this page. */
  skip: number
}

export interface RowPage {
  rows: EvaluationResult[]
  next: number | null
}

const pageLength = 50

/** One page of the streamed results: read as far as needed, the rest is never fetched. */
export async function readRows(body: ReadableStream<Uint8Array>, filter: RowFilter): Promise<RowPage> {
  const rows: EvaluationResult[] = []
  let matching = 0
  for await (const line of readJsonLines(body)) {
    const row = JSON.parse(line) as EvaluationResult
    if (filter.verdict !== '' && row.verdict !== filter.verdict) continue
    if (filter.category !== '' && row.category !== filter.category) continue
    matching++
    if (matching <= filter.skip) continue
    if (rows.length === pageLength) return { rows, next: filter.skip + pageLength }
    rows.push(row)
  }
  return { rows, next: null }
}

async function* readJsonLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) if (line !== '') yield line
  }
  if (rest !== '') yield rest
}
