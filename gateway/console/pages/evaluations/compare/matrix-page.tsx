import type { Comparison } from '../../../../../schema/api/comparisons.ts'
import { Page } from '../../../components/page.tsx'
import { PageHead } from '../../../components/page-head.tsx'
import { Table } from '../../../components/table.tsx'
import type { View } from '../../../view.ts'
import { pairAddress, type Side, sideName } from './sides.ts'
import { Unfinished } from './unfinished.tsx'

/** Two sides by their places, and how they differ: y minus x. */
export interface Cell {
  x: number
  y: number
  rating: Comparison['rating']
}

interface MatrixPageProps {
  view: View
  sides: Side[]
  cells: Cell[]
}

/** Several models or judges, each against each; every cell links to the comparison of the two. */
export function MatrixPage({ view, sides, cells }: MatrixPageProps) {
  const text = view.t.evaluations.compare
  const evaluations = [...new Map(sides.map(({ evaluation }) => [evaluation.id, evaluation])).values()]
  return (
    <Page view={view} title={text.title}>
      <p>
        <a href="/evaluations">← {view.t.evaluations.title}</a>
      </p>
      <PageHead title={text.title} lead={text.matrixLead} />
      <Unfinished view={view} evaluations={evaluations} />
      <Table label={text.title}>
        <thead>
          <tr>
            <th scope="col">{text.row}</th>
            {sides.map((side) => (
              <th scope="col" class="number">
                {sideName(side)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sides.map((side, row) => (
            <tr>
              <th scope="row">{sideName(side)}</th>
              {sides.map((other, column) => (
                <td class="number">
                  {row !== column && (
                    <Difference
                      view={view}
                      address={pairAddress(other, side)}
                      {...differenceAt(cells, row, column)}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </Page>
  )
}

interface Found {
  difference: number | null
  interval: [number, number] | null
  pairs: number
}

/** Row minus column, whichever way round the two were compared. */
function differenceAt(cells: readonly Cell[], row: number, column: number): Found {
  const cell = cells.find(({ x, y }) => (x === row && y === column) || (x === column && y === row))
  if (cell === undefined) return { difference: null, interval: null, pairs: 0 }
  const { difference, interval, pairs } = cell.rating
  if (cell.y === row) return { difference, interval, pairs }
  return {
    difference: difference === null ? null : -difference,
    interval: interval === null ? null : [-interval[1], -interval[0]],
    pairs,
  }
}

function Difference({ view, address, difference, interval, pairs }: Found & { view: View; address: string }) {
  const text = view.t.evaluations.compare
  if (difference === null) return <span class="soft small">{text.nothingInCommon}</span>
  const isClear = interval !== null && (interval[0] > 0 || interval[1] < 0)
  const tone = !isClear ? 'tag' : difference > 0 ? 'tag good' : 'tag bad'
  return (
    <>
      <a href={address} class={tone} title={`${text.pairs} ${pairs}`}>
        {toSigned(difference)}
      </a>
      {interval !== null && (
        <div class="soft small">
          [{interval[0].toFixed(2)}, {interval[1].toFixed(2)}]
        </div>
      )}
    </>
  )
}

export const toSigned = (value: number) =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${Math.abs(value).toFixed(2)}`
