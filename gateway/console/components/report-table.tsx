import type { Table as ReportTableContent } from '../../../schema/report/table.ts'
import { Table } from './table.tsx'

interface ReportTableProps {
  table: ReportTableContent
  /** The level that its place on the page asks for. */
  heading?: 'h2' | 'h3'
}

/** A table of a report as its documents have it: the first column names the line. */
export function ReportTable({ table: { title, head, lines }, heading: Heading = 'h3' }: ReportTableProps) {
  const classes = head.map((_, column) =>
    column > 0 && lines.every((cells) => isNumber(cells[column]!)) ? 'number' : undefined,
  )
  return (
    <section>
      <Heading>{title}</Heading>
      <Table label={title}>
        <thead>
          <tr>
            {head.map((cell, column) => (
              <th scope="col" class={classes[column]}>
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, ...cells]) => (
            <tr>
              <th scope="row">{name}</th>
              {cells.map((cell, column) => (
                <td class={classes[column + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  )
}

/** A number, a range of numbers, or nothing. */
const isNumber = (cell: string) => /^[-+–…%.\d\s]*$/.test(cell)
