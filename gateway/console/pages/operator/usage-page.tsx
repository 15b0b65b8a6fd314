import { DayBars } from '../../components/day-bars.tsx'
import { Page } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
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
  const text = view.t.operator.usage
  const byTenant = Map.groupBy(rows, ({ tenant_id, model }) => `${tenant_id}\n${model}`)
  const sum = (of: Rollup[], value: (row: Rollup) => number) =>
    of.reduce((total, row) => total + value(row), 0)
  return (
    <Table label={text.tenants}>
      <thead>
        <tr>
          <th scope="col">{view.t.operator.tenants.id}</th>
          <th scope="col">{view.t.account.usage.model}</th>
          <th scope="col" class="number">
            {text.requests}
          </th>
          <th scope="col" class="number">
            {text.noRating}
          </th>
          <th scope="col" class="number">
            {text.failed}
          </th>
          <th scope="col" class="number">
            {text.tokens}
          </th>
        </tr>
      </thead>
      <tbody>
        {[...byTenant].map(([name, of]) => {
          const [tenant = '', model] = name.split('\n')
          return (
            <tr>
              <th scope="row">
                <a href={`/operator/tenants/${encodeURIComponent(tenant)}`}>{tenant}</a>
              </th>
              <td>{model}</td>
              <td class="number">
                {count(
                  sum(of, (row) => row.requests),
                  view,
                )}
              </td>
              <td class="number">
                {count(
                  sum(of, (row) => row.no_rating + row.truncated),
                  view,
                )}
              </td>
              <td class="number">
                {count(
                  sum(of, (row) => row.failed),
                  view,
                )}
              </td>
              <td class="number">
                {count(
                  sum(of, (row) => row.prompt_tokens + row.completion_tokens),
                  view,
                )}
              </td>
            </tr>
          )
        })}
      </tbody>
    </Table>
  )
}
