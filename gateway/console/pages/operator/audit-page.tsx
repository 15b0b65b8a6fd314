import { Page } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
import { when } from '../../format.ts'
import type { View } from '../../view.ts'
import type { AuditRow } from './operator-api.ts'

export interface ChainState {
  intact: boolean
  rows: number
  broken_at: number | null
}

interface AuditPageProps {
  view: View
  rows: AuditRow[]
  chain: ChainState | null
  /** The number to continue before, or null at the beginning of the log. */
  next: number | null
}

export function AuditPage({ view, rows, chain, next }: AuditPageProps) {
  const { t } = view
  const text = t.operator.audit
  return (
    <Page view={view} title={text.title}>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
      {chain !== null && (
        <p class={chain.intact ? 'notice' : 'notice wrong'} role={chain.intact ? 'status' : 'alert'}>
          {chain.intact ? text.whole(chain.rows) : text.broken(chain.broken_at ?? 0)}
        </p>
      )}
      {rows.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <Table label={text.title}>
          <thead>
            <tr>
              <th scope="col" class="number">
                {text.number}
              </th>
              <th scope="col">{text.at}</th>
              <th scope="col">{text.actor}</th>
              <th scope="col">{text.action}</th>
              <th scope="col">{text.subject}</th>
              <th scope="col">{text.detail}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <td class="number">{row.sequence}</td>
                <td class="small nowrap">{when(row.at, view)}</td>
                <td>{row.actor}</td>
                <td>
                  <code>{row.action}</code>
                </td>
                <td class="small">{row.subject}</td>
                <td class="small">
                  {Object.entries(row.detail)
                    .map(([name, value]) => `${name}: ${value}`)
                    .join(', ')}
                </td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
      {next !== null && (
        <a class="button" href={`/operator/audit?before=${next}`}>
          {t.common.more}
        </a>
      )}
    </Page>
  )
}
