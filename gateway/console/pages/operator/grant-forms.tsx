import { scopes } from '../../../../schema/api/scopes.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { described, Field } from '../../components/field.tsx'
import { toKoreanDay } from '../../format.ts'
import type { View } from '../../view.ts'
import type { Plan, Tenant } from './operator-api.ts'

interface GrantFormProps {
  view: View
  tenant: Tenant
  plans: Plan[]
  action: string
}

/** The grant of a tenant: plan, models, scopes and last day. */
export function GrantForm({ view, tenant, plans, action }: GrantFormProps) {
  const { t, sessions } = view
  const text = t.operator.tenants
  const application = t.operator.application
  return (
    <form class="card" method="post" action={action}>
      {sessions.operator !== null && <CsrfField session={sessions.operator} />}
      <h2>{text.grant}</h2>
      <Field t={t} name="plan" label={text.plan}>
        <select {...described('plan', undefined, undefined)}>
          {plans.map(({ id, name }) => (
            <option value={id} selected={id === tenant.plan}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <Field t={t} name="expires" label={text.lastDay} hint={text.lastDayHint} required={false}>
        <input
          type="date"
          value={tenant.expires_at === null ? undefined : toKoreanDay(tenant.expires_at)}
          {...described('expires', text.lastDayHint, undefined)}
        />
      </Field>
      <Field t={t} name="models" label={application.models} hint={application.modelsHint} required={false}>
        <input
          type="text"
          value={tenant.models?.join(', ')}
          {...described('models', application.modelsHint, undefined)}
        />
      </Field>
      <Scopes view={view} id="grant" offered={scopes} chosen={tenant.scopes} />
      <button class="button primary" type="submit">
        {t.account.keys.save}
      </button>
    </form>
  )
}

/** A key that the operator makes for a tenant that has locked itself out, and hands over. */
export function IssueKeyForm({ view, tenant, action }: Omit<GrantFormProps, 'plans'>) {
  const { t, sessions } = view
  const text = t.account.keys
  return (
    <details class="card">
      <summary>{t.operator.tenants.issueKey}</summary>
      <form method="post" action={action}>
        {sessions.operator !== null && <CsrfField session={sessions.operator} />}
        <p class="soft small">{t.operator.tenants.issueKeyText}</p>
        <Field t={t} name="name" label={text.name} hint={text.nameHint} required>
          <input type="text" required maxlength={100} {...described('name', text.nameHint, undefined)} />
        </Field>
        <Scopes view={view} id="key" offered={tenant.scopes} chosen={tenant.scopes} />
        <button class="button primary" type="submit">
          {text.createButton}
        </button>
      </form>
    </details>
  )
}

interface ScopesProps {
  view: View
  id: string
  offered: readonly Tenant['scopes'][number][]
  chosen: readonly string[]
}

function Scopes({ view, id, offered, chosen }: ScopesProps) {
  const text = view.t.account.keys
  return (
    <fieldset>
      <legend>{text.scopes}</legend>
      {offered.map((scope) => (
        <div class="choice">
          <input
            type="checkbox"
            id={`${id}-${scope}`}
            name="scopes"
            value={scope}
            checked={chosen.includes(scope)}
          />
          <label for={`${id}-${scope}`}>{text.scopeNames[scope]}</label>
        </div>
      ))}
    </fieldset>
  )
}
