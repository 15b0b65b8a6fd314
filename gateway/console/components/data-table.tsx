import type { Child } from 'hono/jsx'
import { Table } from './table.tsx'

export interface Column<Row> {
  title: string
  /** `name` heads its row; `number` is set flush right; `small` is small and may wrap; `moment` does not wrap. */
  as?: 'name' | 'number' | 'small' | 'moment' | 'wide'
  of: (row: Row) => Child
}

interface DataTableProps<Row> {
  label: string
  columns: Column<Row>[]
  rows: Row[]
  /** False for numbers that stay side by side even on a phone. */
  cards?: boolean
}

const classes = { name: undefined, number: 'number', small: 'small', moment: 'small nowrap', wide: 'wide' }

/** A table with a line for each thing and a column for each fact of it. */
export function DataTable<Row>({ label, columns, rows, cards = true }: DataTableProps<Row>) {
  return (
    <Table label={label} cards={cards}>
      <thead>
        <tr>
          {columns.map(({ title, as }) => (
            <th scope="col" class={as === 'number' ? 'number' : undefined}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr>
            {columns.map(({ title, as, of }) =>
              as === 'name' ? (
                <th scope="row">{of(row)}</th>
              ) : (
                <td class={as && classes[as]} data-title={cards ? title : undefined}>
                  {of(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
