import type { Report } from '../../../../schema/api/reports.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Interval } from '../../components/interval.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

export type ScoreLine = Pick<
  Report['summary'],
  'rows' | 'rated' | 'wrong' | 'mean_rating' | 'score' | 'interval' | 'few_rows'
> & { name: string }

interface ScoreTableProps {
  view: View
  title: string
  /** Title of the first column. */
  first: string
  lines: ScoreLine[]
}

/** Scores with their intervals; a line with too few rows says so. */
export function ScoreTable({ view, title, first, lines }: ScoreTableProps) {
  const text = view.t.evaluations.report
  const columns: Column<ScoreLine>[] = [
    {
      title: first || view.t.evaluations.list.name,
      as: 'name',
      of: ({ name, few_rows: few }) => (
        <>
          {name} {few && <span class="tag wait">{text.fewRows}</span>}
        </>
      ),
    },
    {
      title: view.t.evaluations.list.score,
      as: 'number',
      of: ({ score, interval }) => (score === null ? '–' : <Interval share={score} interval={interval} />),
    },
    { title: text.mean, as: 'number', of: ({ mean_rating: mean }) => mean?.toFixed(2) ?? '–' },
    { title: text.rows, as: 'number', of: ({ rows }) => count(rows, view) },
    { title: text.rated, as: 'number', of: ({ rated }) => count(rated, view) },
    { title: text.wrong, as: 'number', of: ({ wrong }) => count(wrong, view) },
  ]
  return <DataTable label={title} columns={columns} rows={lines} cards={false} />
}
