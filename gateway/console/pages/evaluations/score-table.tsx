import type { Report } from '../../../../schema/api/evaluations.ts'
import { Interval } from '../../components/interval.tsx'
import { Table } from '../../components/table.tsx'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'

type Line = Pick<
  Report['summary'],
  'rows' | 'rated' | 'wrong' | 'mean_rating' | 'score' | 'interval' | 'too_few_to_rank'
> & { name: string }

interface ScoreTableProps {
  view: View
  title: string
  /** What the first column names. */
  first: string
  lines: Line[]
}

/** Scores with their intervals; a line with too few rows says so. */
export function ScoreTable({ view, title, first, lines }: ScoreTableProps) {
  const text = view.t.evaluations.report
  return (
    <Table label={title}>
      <thead>
        <tr>
          <th scope="col">{first || title}</th>
          <th scope="col" class="number">
            {text.score} [{text.interval}]
          </th>
          <th scope="col" class="number">
            {text.mean}
          </th>
          <th scope="col" class="number">
            {text.rows}
          </th>
          <th scope="col" class="number">
            {text.rated}
          </th>
          <th scope="col" class="number">
            {text.wrong}
          </th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr>
            <th scope="row">
              {line.name} {line.too_few_to_rank && <span class="tag wait">{text.fewRows}</span>}
            </th>
            <td class="number">
              {line.score === null ? '–' : <Interval share={line.score} interval={line.interval} />}
            </td>
            <td class="number">{line.mean_rating?.toFixed(2) ?? '–'}</td>
            <td class="number">{count(line.rows, view)}</td>
            <td class="number">{count(line.rated, view)}</td>
            <td class="number">{count(line.wrong, view)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
