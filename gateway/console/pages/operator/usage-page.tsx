import { type Column, DataTable } from '../../components/data-table.tsx'
import { Page } from '../../components/page.tsx'
import { PageHead } from '../../components/page-head.tsx'
import { UsageCharts } from '../../components/usage-charts.tsx'
import { grouped, type UsageGroup, usageColumns } from '../../components/usage-columns.ts'
import type { View } from '../../view.ts'
import type { Rollup } from './operator-api.ts'

/** Usage of all tenants, by day and by tenant. */
export function OperatorUsagePage({ view, rows, now }: { view: View; rows: Rollup[]; now: number }) {
  const { t } = view
  const text = t.operator.usage
  return (
    <Page view={view} title={text.title}>
      <PageHead title={text.title} lead={text.lead} />
      {rows.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <>
          <UsageCharts view={view} rows={rows} now={now} />
          <section class="section" aria-labelledby="tenants">
            <h2 id="tenants">{text.tenants}</h2>
            <TenantTotals view={view} rows={rows} />
          </section>
        </>
      )}
    </Page>
  )
}

function TenantTotals({ view, rows }: { view: View; rows: Rollup[] }) {
  const columns: Column<UsageGroup<Rollup>>[] = [
    {
      title: view.t.operator.tenants.id,
      as: 'name',
      of: ({ first: { tenant_id: id } }) => <a href={`/operator/tenants/${encodeURIComponent(id)}`}>{id}</a>,
    },
    { title: view.t.account.usage.model, of: ({ first }) => first.model },
    ...usageColumns<Rollup>(view),
  ]
  const totals = grouped(rows, ({ tenant_id, model }) => `${tenant_id}\n${model}`)
  return <DataTable label={view.t.operator.usage.tenants} columns={columns} rows={totals} cards={false} />
}
