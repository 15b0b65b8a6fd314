import { Interval } from './interval.tsx'
import { Table } from './table.tsx'

export interface CountedScore {
  name: string
  /** Number of judgments without a rating, if known. */
  wrong?: number
  score: number | null
  interval: readonly [number, number] | null
  counts: readonly number[]
}

interface CountedScoresTableProps {
  caption: string
  titles: { first: string; wrong?: string; score: string; counts: readonly string[] }
  rows: readonly CountedScore[]
}

/** The form of the model card's tables: a score with its interval, and the counts that it is made of. */
export function CountedScoresTable({ caption, titles, rows }: CountedScoresTableProps) {
  const numbers = [...(titles.wrong === undefined ? [] : [titles.wrong]), titles.score, ...titles.counts]
  return (
    <>
      <p class="soft small above-table">{caption}</p>
      <Table label={caption}>
        <thead>
          <tr>
            <th scope="col">{titles.first}</th>
            {numbers.map((title) => (
              <th scope="col" class="number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, wrong, score, interval, counts }) => (
            <tr>
              <th scope="row" class="nowrap">
                {name}
              </th>
              {titles.wrong !== undefined && <td class="number">{wrong}</td>}
              <td class="number">{score === null ? '–' : <Interval share={score} interval={interval} />}</td>
              {counts.map((count) => (
                <td class={count === 0 ? 'number soft' : 'number'}>{count}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </>
  )
}
