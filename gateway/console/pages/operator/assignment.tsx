import { ActionButton } from '../../components/action-button.tsx'
import { CsrfField } from '../../components/csrf-field.tsx'
import type { View } from '../../view.ts'
import type { ApplicationDetail, Reviewer } from './operator-api.ts'

interface AssignmentProps {
  view: View
  application: ApplicationDetail
  reviewers: Reviewer[]
}

/** The reviewer of an application, and the form that assigns it. */
export function Assignment({ view, application, reviewers }: AssignmentProps) {
  const { sessions, t } = view
  const text = t.operator.application
  const { assignee } = application
  const action = `/operator/applications/${encodeURIComponent(application.id)}/assign`
  const shown = assignee?.id ?? ''
  const others = reviewers.filter(({ id, you }) => !you && id !== assignee?.id)
  return (
    <section class="card" aria-labelledby="assignment">
      <h2 id="assignment">{t.operator.applications.assignee}</h2>
      <p>
        {assignee === null
          ? t.operator.applications.unassigned
          : assignee.you
            ? `${assignee.name} (${t.operator.applications.you})`
            : assignee.name}
      </p>
      <div class="row">
        {!assignee?.you && (
          <ActionButton
            session={sessions.operator}
            action={action}
            label={text.takeOver}
            values={{ reviewer: 'me', shown }}
          />
        )}
        {assignee !== null && (
          <ActionButton
            session={sessions.operator}
            action={action}
            label={text.unassign}
            values={{ reviewer: '', shown }}
          />
        )}
      </div>
      {others.length > 0 && (
        <form class="row filters" method="post" action={action}>
          {sessions.operator !== null && <CsrfField session={sessions.operator} />}
          <input type="hidden" name="shown" value={shown} />
          <label for="reviewer">{text.assignTo}</label>
          <select id="reviewer" name="reviewer">
            {others.map(({ id, name }) => (
              <option value={id}>{name}</option>
            ))}
          </select>
          <button class="button compact" type="submit">
            {text.assign}
          </button>
        </form>
      )}
    </section>
  )
}
