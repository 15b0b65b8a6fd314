import type { Column } from '../../components/data-table.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import { type AuditLogFilter, AuditLogFilters } from './audit-log-filters.tsx'
import type { AuditRow } from './operator-api.ts'

export interface ChainState {
  intact: boolean
  rows: number
  broken_at: number | null
}

interface AuditLogPageProps {
  view: View
  rows: AuditRow[]
  chain: ChainState | null
  filter: AuditLogFilter
  /** The number to continue before, or null at the beginning of the log. */
  next: number | null
}

/** Actions of operators, and whether the chain of the log is intact. */
export function AuditLogPage({ view, rows, chain, filter, next }: AuditLogPageProps) {
  const text = view.t.operator.audit
  return (
    <ListPage
      view={view}
      text={text}
      columns={getColumns(view)}
      rows={rows}
      empty={text.empty}
      next={
        next === null ? null : `/operator/audit?${new URLSearchParams({ ...filter, before: String(next) })}`
      }
      before={
        <>
          {chain !== null && (
            <p class={chain.intact ? 'notice' : 'notice wrong'} role={chain.intact ? 'status' : 'alert'}>
              {chain.intact ? text.whole(chain.rows) : text.broken(chain.broken_at ?? 0)}
            </p>
          )}
          <AuditLogFilters view={view} filter={filter} />
        </>
      }
    />
  )
}

/** An application or a tenant leads to its page. */
function Subject({ id }: { id: string }) {
  const page = id.startsWith('app_') ? 'applications' : id.startsWith('ten_') ? 'tenants' : null
  return page === null ? <span>{id}</span> : <a href={`/operator/${page}/${encodeURIComponent(id)}`}>{id}</a>
}

function getColumns(view: View): Column<AuditRow>[] {
  const text = view.t.operator.audit
  const formatDetail = ({ detail }: AuditRow) =>
    Object.entries(detail)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ')
  return [
    { title: text.number, as: 'number', of: ({ sequence }) => sequence },
    { title: text.at, as: 'moment', of: ({ at }) => <Timestamp at={at} view={view} /> },
    { title: text.actor, of: ({ actor }) => actor },
    { title: text.action, of: ({ action }) => text.actions[action] ?? <code>{action}</code> },
    { title: text.subject, as: 'small', of: ({ subject }) => <Subject id={subject} /> },
    { title: text.detail, as: 'small', of: formatDetail },
  ]
}
