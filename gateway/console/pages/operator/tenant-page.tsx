import type { ProblemBody } from '../../../../schema/api/error-body.ts'
import { ActionButton } from '../../components/action-button.tsx'
import { CsrfField } from '../../components/csrf-field.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Failure } from '../../components/failure.tsx'
import { described, Field } from '../../components/field.tsx'
import { FreshKeyNotice } from '../../components/fresh-key.tsx'
import { Page } from '../../components/page.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { FreshKey } from '../../sessions/fresh-key.ts'
import type { View } from '../../view.ts'
import { GrantForm, IssueKeyForm } from './grant-forms.tsx'
import type { Key, Plan, Tenant } from './operator-api.ts'
import { TenantStatus } from './tenant-status.tsx'

interface TenantPageProps {
  view: View
  tenant: Tenant
  keys: Key[]
  plans: Plan[]
  fresh: FreshKey | null
  problem?: ProblemBody
}

/** One tenant: its grant, its keys, suspend, resume, delete. Nothing of what it judges shows here. */
export function TenantPage({ view, tenant, keys, plans, fresh, problem }: TenantPageProps) {
  const { t, sessions } = view
  const text = t.operator.tenants
  const action = (step: string) => `/operator/tenants/${encodeURIComponent(tenant.id)}/${step}`
  const step = tenant.status === 'suspended' ? 'resume' : 'suspend'
  return (
    <Page view={view} title={`${text.id} ${tenant.id}`} scripts={['copy.js']}>
      <p>
        <a href="/operator/tenants">← {text.title}</a>
      </p>
      <h1>
        {tenant.id} <TenantStatus t={t} status={tenant.status} />
      </h1>
      {problem !== undefined && <Failure t={t} problem={problem} />}
      {fresh !== null && <FreshKeyNotice view={view} fresh={fresh} />}
      <div class="columns with-side">
        <div class="stack">
          <Facts view={view} tenant={tenant} />
          <Keys view={view} tenant={tenant} keys={keys} />
          <IssueKeyForm view={view} tenant={tenant} action={action('keys')} />
        </div>
        <div class="stack">
          <GrantForm view={view} tenant={tenant} plans={plans} action={action('grant')} />
          <form class="card" method="post" action={action(step)}>
            {sessions.operator !== null && <CsrfField session={sessions.operator} />}
            <h2>{text[step]}</h2>
            <Field t={t} name="reason" label={text.reason}>
              <input type="text" required maxlength={500} {...described('reason', undefined, undefined)} />
            </Field>
            <button class={step === 'suspend' ? 'button danger' : 'button primary'} type="submit">
              {text[step]}
            </button>
          </form>
          <details class="card">
            <summary>{text.remove}</summary>
            <p>{text.removeText}</p>
            <ActionButton session={sessions.operator} action={action('delete')} label={text.remove} danger />
          </details>
        </div>
      </div>
    </Page>
  )
}

function Facts({ view, tenant }: { view: View; tenant: Tenant }) {
  const { t } = view
  const text = t.operator.tenants
  return (
    <dl class="facts">
      <dt>{text.mode}</dt>
      <dd>{text.modes[tenant.mode]}</dd>
      <dt>{text.plan}</dt>
      <dd>{tenant.plan}</dd>
      <dt>{t.account.keys.scopes}</dt>
      <dd>{tenant.scopes.map((scope) => t.account.keys.scopeNames[scope]).join(', ')}</dd>
      <dt>{text.expires}</dt>
      <dd>{tenant.expires_at ? <Timestamp at={tenant.expires_at} view={view} /> : text.never}</dd>
      <dt>{text.lastUsed}</dt>
      <dd>{tenant.last_used_at ? <Timestamp at={tenant.last_used_at} view={view} /> : text.never}</dd>
      {tenant.application_id !== null && (
        <>
          <dt>{text.application}</dt>
          <dd>
            <a href={`/operator/applications/${encodeURIComponent(tenant.application_id)}`}>
              {tenant.application_id}
            </a>
          </dd>
        </>
      )}
    </dl>
  )
}

function Keys({ view, tenant, keys }: { view: View; tenant: Tenant; keys: Key[] }) {
  const title = view.t.operator.tenants.keys
  return (
    <section aria-labelledby="keys">
      <h2 id="keys">{title}</h2>
      <DataTable label={title} columns={keyColumns(view, tenant)} rows={keys} />
    </section>
  )
}

function keyColumns({ language, t }: View, tenant: Tenant): Column<Key>[] {
  const text = t.account.keys
  return [
    {
      title: text.name,
      as: 'name',
      of: ({ name, start }) => (
        <>
          {name}
          <br />
          <code>{start}…</code>
        </>
      ),
    },
    { title: text.status, of: ({ status }) => text.statuses[status] },
    {
      title: text.created,
      as: 'moment',
      of: ({ created_at }) => <Timestamp at={created_at} view={{ language }} />,
    },
    {
      title: text.actions,
      of: ({ id, status }) =>
        (status === 'active' || status === 'expiring') && (
          <a
            class="button compact danger"
            href={`/operator/tenants/${encodeURIComponent(tenant.id)}/keys/${encodeURIComponent(id)}`}
          >
            {t.operator.tenants.revoke}
          </a>
        ),
    },
  ]
}
