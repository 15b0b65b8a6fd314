import type { Child } from 'hono/jsx'
import { rejectionCodes } from '../../../../schema/api/access.ts'
import type { ApplicationStatus } from '../../../../schema/api/application-status.ts'
import { scopes } from '../../../../schema/api/scopes.ts'
import { nextStatus } from '../../../access/applications/states.ts'
import { CsrfField } from '../../components/csrf-field.tsx'
import { described, Field } from '../../components/field.tsx'
import type { View } from '../../view.ts'
import type { ApplicationDetail, Plan } from './operator-api.ts'

interface DecisionsProps {
  view: View
  application: ApplicationDetail
  plans: Plan[]
}

/** The steps a reviewer can take now; the state machine says which. */
export function Decisions({ view, application, plans }: DecisionsProps) {
  const { t } = view
  const text = t.operator.application
  const can = (event: 'approve' | 'request_info' | 'reject') =>
    nextStatus(application.status as ApplicationStatus, event) !== null
  const action = (step: string) => `/operator/applications/${encodeURIComponent(application.id)}/${step}`
  if (!can('approve') && !can('reject')) return <p class="soft">{text.decided}</p>
  return (
    <>
      <h2>{text.decide}</h2>
      <div class="columns">
        {can('approve') && (
          <Approve view={view} plans={plans} application={application} action={action('approve')} />
        )}
        <div class="stack">
          {can('request_info') && (
            <Decision view={view} title={text.ask} application={application} action={action('request-info')}>
              <Field t={t} name="question" label={text.question}>
                <textarea
                  rows={3}
                  required
                  maxlength={2000}
                  {...described('question', undefined, undefined)}
                />
              </Field>
              <button class="button" type="submit">
                {text.send}
              </button>
            </Decision>
          )}
          {can('reject') && <Reject view={view} application={application} action={action('reject')} />}
        </div>
      </div>
    </>
  )
}

interface DecisionProps {
  view: View
  title: string
  application: ApplicationDetail
  action: string
  children: Child
}

function Decision({ view, title, application, action, children }: DecisionProps) {
  return (
    <form class="card" method="post" action={action}>
      {view.sessions.operator !== null && <CsrfField session={view.sessions.operator} />}
      <input type="hidden" name="revision" value={application.revision} />
      <h3>{title}</h3>
      {children}
    </form>
  )
}

interface ApproveProps {
  view: View
  plans: Plan[]
  application: ApplicationDetail
  action: string
}

function Approve({ view, plans, application, action }: ApproveProps) {
  const { t } = view
  const text = t.operator.application
  return (
    <Decision view={view} title={text.approve} application={application} action={action}>
      <p class="soft small">{text.approveText}</p>
      <Field t={t} name="plan" label={text.plan}>
        <select {...described('plan', undefined, undefined)}>
          {plans.map(({ id, name }) => (
            <option value={id} selected={id === application.default_plan}>
              {name}
            </option>
          ))}
        </select>
      </Field>
      <fieldset>
        <legend>{text.scopes}</legend>
        {scopes.map((scope) => (
          <div class="choice">
            <input type="checkbox" id={`scope-${scope}`} name="scopes" value={scope} checked />
            <label for={`scope-${scope}`}>{t.account.keys.scopeNames[scope]}</label>
          </div>
        ))}
      </fieldset>
      <Field t={t} name="models" label={text.models} hint={text.modelsHint} required={false}>
        <input type="text" {...described('models', text.modelsHint, undefined)} />
      </Field>
      <Field t={t} name="expires" label={text.expires} hint={text.expiresHint} required={false}>
        <input type="date" {...described('expires', text.expiresHint, undefined)} />
      </Field>
      <button class="button primary" type="submit">
        {text.approve}
      </button>
    </Decision>
  )
}

function Reject({ view, application, action }: Omit<ApproveProps, 'plans'>) {
  const { t } = view
  const text = t.operator.application
  return (
    <Decision view={view} title={text.reject} application={application} action={action}>
      <Field t={t} name="code" label={text.rejectCode}>
        <select {...described('code', undefined, undefined)}>
          {rejectionCodes.map((code) => (
            <option value={code}>{t.status.codes[code]}</option>
          ))}
        </select>
      </Field>
      <Field t={t} name="message" label={text.rejectMessage}>
        <textarea rows={3} required maxlength={2000} {...described('message', undefined, undefined)} />
      </Field>
      <div class="choice">
        <input type="checkbox" id="may_reapply" name="may_reapply" checked />
        <label for="may_reapply">{text.mayReapply}</label>
      </div>
      <button class="button danger" type="submit">
        {text.rejectButton}
      </button>
    </Decision>
  )
}
