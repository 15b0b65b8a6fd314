import { Page } from '../../components/page.tsx'
import { Table } from '../../components/table.tsx'
import { count, when } from '../../format.ts'
import type { View } from '../../view.ts'
import type { Plan, Tenant } from './operator-api.ts'
import { TenantStatus } from './tenant-status.tsx'

interface TenantsPageProps {
  view: View
  tenants: Tenant[]
  plans: Plan[]
  next: string | null
  /** Id of the receipt of a tenant that was just deleted. */
  receipt: string | null
}

export function TenantsPage({ view, tenants, plans, next, receipt }: TenantsPageProps) {
  const { t } = view
  const text = t.operator.tenants
  return (
    <Page view={view} title={text.title}>
      <div class="page-head">
        <h1>{text.title}</h1>
        <p>{text.lead}</p>
      </div>
      {receipt !== null && (
        <p class="notice" role="status">
          {text.removed}: <code>{receipt}</code>
        </p>
      )}
      {tenants.length === 0 ? <p class="empty">{text.empty}</p> : <Rows view={view} tenants={tenants} />}
      {next !== null && (
        <a class="button" href={`/operator/tenants?after=${encodeURIComponent(next)}`}>
          {t.common.more}
        </a>
      )}
      <section class="section" aria-labelledby="plans">
        <h2 id="plans">{text.plans}</h2>
        <Plans view={view} plans={plans} />
      </section>
    </Page>
  )
}

function Rows({ view, tenants }: { view: View; tenants: Tenant[] }) {
  const text = view.t.operator.tenants
  return (
    <Table label={text.title}>
      <thead>
        <tr>
          <th scope="col">{text.id}</th>
          <th scope="col">{text.status}</th>
          <th scope="col">{text.mode}</th>
          <th scope="col">{text.plan}</th>
          <th scope="col">{text.lastUsed}</th>
          <th scope="col">{text.expires}</th>
        </tr>
      </thead>
      <tbody>
        {tenants.map((tenant) => (
          <tr>
            <th scope="row">
              <a href={`/operator/tenants/${encodeURIComponent(tenant.id)}`}>{tenant.id}</a>
            </th>
            <td>
              <TenantStatus t={view.t} status={tenant.status} />
            </td>
            <td>{text.modes[tenant.mode]}</td>
            <td>{tenant.plan}</td>
            <td class="small nowrap">{tenant.last_used_at ? when(tenant.last_used_at, view) : text.never}</td>
            <td class="small nowrap">{tenant.expires_at ? when(tenant.expires_at, view) : text.never}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}

function Plans({ view, plans }: { view: View; plans: Plan[] }) {
  const text = view.t.operator.tenants
  return (
    <Table label={text.plans}>
      <thead>
        <tr>
          <th scope="col">{text.plan}</th>
          <th scope="col" class="number">
            {text.perMinute}
          </th>
          <th scope="col" class="number">
            {text.concurrent}
          </th>
          <th scope="col" class="number">
            {text.tokens}
          </th>
          <th scope="col" class="number">
            {text.rows}
          </th>
          <th scope="col" class="number">
            {text.retention}
          </th>
        </tr>
      </thead>
      <tbody>
        {plans.map((plan) => (
          <tr>
            <th scope="row">
              <a href={`/operator/plans/${encodeURIComponent(plan.id)}`}>{plan.name}</a>
            </th>
            <td class="number">{count(plan.requests_per_minute, view)}</td>
            <td class="number">{count(plan.concurrent, view)}</td>
            <td class="number">{count(plan.tokens_per_day, view)}</td>
            <td class="number">{count(plan.evaluation_rows, view)}</td>
            <td class="number">{count(plan.retention_days, view)}</td>
          </tr>
        ))}
      </tbody>
    </Table>
  )
}
