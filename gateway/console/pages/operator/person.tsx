import { CsrfField } from '../../components/csrf-field.tsx'
import { described, Field } from '../../components/field.tsx'
import type { View } from '../../view.ts'
import type { ApplicationDetail, Revealed } from './operator-api.ts'

interface PersonProps {
  view: View
  application: ApplicationDetail
  revealed: Revealed | null
}

/** The applicant's identity, hidden until a reviewer gives a reason for seeing it. */
export function Person({ view, application, revealed }: PersonProps) {
  const { t, sessions } = view
  const text = t.operator.application
  if (revealed !== null) {
    return (
      <section class="card">
        <h2>{text.person}</h2>
        <dl class="facts">
          {Object.entries(revealed.person).map(([name, value]) => (
            <>
              <dt>{(t.apply.fields as Record<string, string>)[name] ?? name}</dt>
              <dd>{value === true ? t.common.yes : value}</dd>
            </>
          ))}
        </dl>
        <p class="soft small">{text.revealed}</p>
      </section>
    )
  }
  if (application.request === null) return null
  return (
    <form
      class="card"
      method="post"
      action={`/operator/applications/${encodeURIComponent(application.id)}/reveal`}
    >
      {sessions.operator !== null && <CsrfField session={sessions.operator} />}
      <h2>{text.person}</h2>
      <p class="soft small">{text.personHidden}</p>
      <Field t={t} name="reason" label={text.personReason} hint={text.personReasonHint}>
        <input
          type="text"
          required
          maxlength={500}
          {...described('reason', text.personReasonHint, undefined)}
        />
      </Field>
      <button class="button" type="submit">
        {text.reveal}
      </button>
    </form>
  )
}
