import { CsrfField } from '../../components/csrf-field.tsx'
import { described, Field } from '../../components/field.tsx'
import { Timestamp } from '../../components/timestamp.tsx'
import type { View } from '../../view.ts'
import type { ApplicationDetail } from './operator-api.ts'

/** The reviewers' internal notes on an application, and the form for one more. */
export function Notes({ view, application }: { view: View; application: ApplicationDetail }) {
  const { sessions, t } = view
  const text = t.operator.application
  const { id, notes, request } = application
  return (
    <section class="card" aria-labelledby="notes">
      <h2 id="notes">{text.notes}</h2>
      {notes.length === 0 ? (
        <p class="soft">{text.noNotes}</p>
      ) : (
        <dl class="quoted">
          {notes.map(({ author, at, text: note }) => (
            <>
              <dt>
                {author} · <Timestamp at={at} view={view} />
              </dt>
              <dd>{note}</dd>
            </>
          ))}
        </dl>
      )}
      {request !== null && (
        <form method="post" action={`/operator/applications/${encodeURIComponent(id)}/notes`}>
          {sessions.operator !== null && <CsrfField session={sessions.operator} />}
          <Field t={t} name="note" label={text.addNote} hint={text.noteHint}>
            <textarea rows={3} required maxlength={4000} {...described('note', text.noteHint, undefined)} />
          </Field>
          <button class="button" type="submit">
            {text.saveNote}
          </button>
        </form>
      )}
    </section>
  )
}
