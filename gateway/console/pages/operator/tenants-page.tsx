import { type Column, DataTable } from '../../components/data-table.tsx'
import { ListPage } from '../../components/list-page.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import { count } from '../../format.ts'
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

/** All tenants, and the plans they have. */
export function TenantsPage({ view, tenants, plans, next, receipt }: TenantsPageProps) {
  const text = view.t.operator.tenants
  return (
    <ListPage
      view={view}
      text={text}
      columns={tenantColumns(view, plans)}
      rows={tenants}
      empty={text.empty}
      next={next === null ? null : `/operator/tenants?after=${encodeURIComponent(next)}`}
      before={
        receipt !== null && (
          <p class="notice" role="status">
            {text.removed}: <code>{receipt}</code>
          </p>
        )
      }
    >
      <section class="section" aria-labelledby="plans">
        <h2 id="plans">{text.plans}</h2>
        <DataTable label={text.plans} columns={planColumns(view)} rows={plans} />
      </section>
    </ListPage>
  )
}

function tenantColumns(view: View, plans: Plan[]): Column<Tenant>[] {
  const text = view.t.operator.tenants
  const moment = (at: string | null) => (at ? <Timestamp at={at} view={view} /> : text.never)
  return [
    {
      title: text.id,
      as: 'name',
      of: ({ id }) => <a href={`/operator/tenants/${encodeURIComponent(id)}`}>{id}</a>,
    },
    { title: text.status, of: ({ status }) => <TenantStatus t={view.t} status={status} /> },
    { title: text.mode, of: ({ mode }) => text.modes[mode] },
    { title: text.plan, of: ({ plan }) => plans.find(({ id }) => id === plan)?.name ?? plan },
    { title: text.lastUsed, as: 'moment', of: ({ last_used_at }) => moment(last_used_at) },
    { title: text.expires, as: 'moment', of: ({ expires_at }) => moment(expires_at) },
  ]
}

function planColumns(view: View): Column<Plan>[] {
  const text = view.t.operator.tenants
  const counted = (title: string, of: (plan: Plan) => number): Column<Plan> => ({
    title,
    as: 'number',
    of: (plan) => count(of(plan), view),
  })
  return [
    {
      title: text.plan,
      as: 'name',
      of: ({ id, name }) => <a href={`/operator/plans/${encodeURIComponent(id)}`}>{name}</a>,
    },
    counted(text.perMinute, (plan) => plan.requests_per_minute),
    counted(text.concurrent, (plan) => plan.concurrent),
    counted(text.tokens, (plan) => plan.tokens_per_day),
    counted(text.rows, (plan) => plan.evaluation_rows),
    counted(text.retention, (plan) => plan.retention_days),
  ]
}
