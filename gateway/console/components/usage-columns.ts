import { count } from '../format.ts'
import type { View } from '../view.ts'
import type { Column } from './data-table.tsx'
import { quantileMs, secondsText, type Timed } from './latency.ts'

/** Fields that the usage rows of tenants and operators have in common. */
export interface UsageCounts extends Timed {
  requests: number
  rated: number
  no_rating: number
  truncated: number
  failed: number
  cached_edge: number
  cached_stored: number
  joined: number
  prompt_tokens: number
  completion_tokens: number
}

export interface UsageGroup<Row> {
  /** The row that names the group: all of it share what they were grouped by. */
  first: Row
  rows: Row[]
}

/** Rows that belong together, in the order in which each group begins. */
export function grouped<Row>(rows: Row[], by: (row: Row) => string): UsageGroup<Row>[] {
  return [...Map.groupBy(rows, by).values()].map((group) => ({ first: group[0]!, rows: group }))
}

/** Requests that no node had to answer. */
export const countCached = (rows: UsageCounts[]) =>
  rows.reduce((sum, row) => sum + row.cached_edge + row.cached_stored + row.joined, 0)

/** All that was asked, whatever answered it. */
export const countRequests = (rows: UsageCounts[]) =>
  countCached(rows) + rows.reduce((sum, row) => sum + row.requests, 0)

/** Share of requests answered without a node, in whole percent. */
function cacheShare(rows: UsageCounts[]): string {
  const all = countRequests(rows)
  return all === 0 ? '–' : `${Math.round((countCached(rows) / all) * 100)}%`
}

/** Median and 95th percentile in seconds. */
function latency(rows: UsageCounts[]): string {
  const [median, tail] = [quantileMs(rows, 0.5), quantileMs(rows, 0.95)]
  return median === null || tail === null ? '–' : `${secondsText(median)} · ${secondsText(tail)}`
}

/** The columns that count, the same wherever usage is shown. */
export function usageColumns<Row extends UsageCounts>(view: View): Column<UsageGroup<Row>>[] {
  const text = view.t.account.usage
  const counted = (title: string, of: (row: Row) => number): Column<UsageGroup<Row>> => ({
    title,
    as: 'number',
    of: ({ rows }) =>
      count(
        rows.reduce((sum, row) => sum + of(row), 0),
        view,
      ),
  })
  return [
    counted(text.requests, (row) => row.requests),
    counted(text.rated, (row) => row.rated),
    counted(text.noRating, (row) => row.no_rating),
    counted(text.truncated, (row) => row.truncated),
    counted(text.failed, (row) => row.failed),
    { title: text.cacheShare, as: 'number', of: ({ rows }) => cacheShare(rows) },
    { title: text.latency, as: 'number', of: ({ rows }) => latency(rows) },
    counted(text.prompt, (row) => row.prompt_tokens),
    counted(text.completion, (row) => row.completion_tokens),
  ]
}
