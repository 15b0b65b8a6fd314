import { count } from '../format.ts'
import type { View } from '../view.ts'
import type { Column } from './data-table.tsx'

/** What the tenant's and the operator's usage rows have in common. */
export interface UsageCounts {
  requests: number
  rated: number
  no_rating: number
  truncated: number
  failed: number
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
    counted(text.prompt, (row) => row.prompt_tokens),
    counted(text.completion, (row) => row.completion_tokens),
  ]
}
