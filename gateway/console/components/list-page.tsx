import type { Child } from 'hono/jsx'
import type { View } from '../view.ts'
import { type Column, DataTable } from './data-table.tsx'
import { Page } from './page.tsx'
import { PageHead } from './page-head.tsx'

interface ListPageProps<Row> {
  view: View
  text: { title: string; lead: string }
  columns: Column<Row>[]
  rows: Row[]
  /** Content shown when there are no rows. */
  empty: Child
  /** The address of the next page, or null on the last one. */
  next: string | null
  /** Between the head and the list: filters, notices. */
  before?: Child
  /** Below the list. */
  children?: Child
}

/** A page that is a list: its head, filters, rows, and the way to older ones. */
export function ListPage<Row>(props: ListPageProps<Row>) {
  const { view, text, columns, rows, empty, next, before, children } = props
  return (
    <Page view={view} title={text.title}>
      <PageHead title={text.title} lead={text.lead} />
      {before}
      {rows.length === 0 ? (
        typeof empty === 'string' ? (
          <p class="empty">{empty}</p>
        ) : (
          empty
        )
      ) : (
        <DataTable label={text.title} columns={columns} rows={rows} />
      )}
      {next !== null && (
        <p class="more">
          <a class="button" href={next}>
            {view.t.common.more}
          </a>
        </p>
      )}
      {children}
    </Page>
  )
}
