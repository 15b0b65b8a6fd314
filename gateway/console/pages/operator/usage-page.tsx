import { type Column, DataTable } from '../../components/data-table.tsx'
import { DayBars } from '../../components/day-bars.tsx'
import { Page } from '../../components/page.tsx'
import { grouped, type UsageGroup, usageColumns } from '../../components/usage-columns.ts'
import { count } from '../../format.ts'
import type { View } from '../../view.ts'
import { everyDay } from '../account/days.ts'
import type { Rollup } from './operator-api.ts'

/** What all tenants used, by day and by tenant. */
export function OperatorUsagePage({ view, rows, now }: { view: View; rows: Rollup[]; now: number }) {
  const { t } = view
  const text = t.operator.usage
  const days = everyDay(rows, 30, now)
  return (
    <Page view={view} title={text.title}>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
      {rows.length === 0 ? (
        <p class="empty">{text.empty}</p>
      ) : (
        <>
          <section class="card" aria-labelledby="days">
            <h2 id="days">{text.days}</h2>
            <DayBars
              title={text.days}
              days={days.map(({ day, requests }) => ({
                day,
                value: requests,
                label: t.account.usage.chart(day, count(requests, view)),
              }))}
            />
          </section>
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
  return <DataTable label={view.t.operator.usage.tenants} columns={columns} rows={totals} />
}
