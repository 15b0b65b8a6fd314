import type { Comparison } from '../../../../schema/api/reports.ts'
import { fitted } from '../../../evaluations/report/plots.ts'
import type { View } from '../../view.ts'

type Paired = Comparison['rating']

const width = 440
const middle = width / 2
const reach = 180

/** The difference with its interval beside zero, and who won how many rows. Every number is also in the table. */
export function DifferencePlot({ view, comparison }: { view: View; comparison: Comparison }) {
  const text = view.t.evaluations.compare
  const { rating, x, y } = comparison
  if (rating.difference === null) return null
  const bound = boundOf(rating)
  const at = (value: number) => middle + (value / bound) * reach
  const { wins } = rating
  return (
    <figure class="card plot">
      <figcaption>{text.plot}</figcaption>
      <svg viewBox={`0 0 ${width} 170`} role="img" aria-label={text.plotLabel(paired(rating))}>
        <text x="0" y="12">
          ← {fitted(x.name, 24)}
        </text>
        <text x={width} y="12" text-anchor="end">
          {fitted(y.name, 24)} →
        </text>
        <line class="zero" x1={middle} x2={middle} y1="20" y2="80" />
        {[-bound, 0, bound].map((value) => (
          <text x={at(value)} y="98" text-anchor="middle">
            {value}
          </text>
        ))}
        {rating.interval !== null && (
          <rect
            class="range"
            x={at(rating.interval[0])}
            width={Math.max(2, at(rating.interval[1]) - at(rating.interval[0]))}
            y="42"
            height="16"
            rx="3"
          />
        )}
        <circle class="point" cx={at(rating.difference)} cy="50" r="6" />
        <Wins counts={[wins.x, wins.tie, wins.y]} />
      </svg>
    </figure>
  )
}

/** How the rows are shared out, as one bar: the first wins, nobody does, the second wins. */
function Wins({ counts }: { counts: [number, number, number] }) {
  const all = Math.max(
    1,
    counts.reduce((sum, count) => sum + count, 0),
  )
  let from = 0
  return (
    <>
      {counts.map((count, index) => {
        const x = (from / all) * width
        from += count
        const wide = (count / all) * width
        if (count === 0) return null
        return (
          <>
            <rect class={['first', 'tie', 'second'][index]} x={x} y="116" width={wide} height="24" />
            <text x={x + wide / 2} y="158" text-anchor="middle">
              {count}
            </text>
          </>
        )
      })}
    </>
  )
}

/** A round number that holds the whole interval. */
function boundOf({ difference, interval }: Paired): number {
  const farthest = Math.max(...[difference ?? 0, ...(interval ?? [])].map(Math.abs))
  return [0.5, 1, 2, 5].find((bound) => farthest <= bound) ?? 10
}

/** The difference of two evaluations with its interval. */
export function paired({ difference, interval }: Paired): string {
  if (difference === null) return '–'
  const range = interval === null ? '' : ` [${interval.map((end) => end.toFixed(2)).join(', ')}]`
  return `${difference.toFixed(3)}${range}`
}
