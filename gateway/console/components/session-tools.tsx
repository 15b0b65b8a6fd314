import type { View } from '../view.ts'
import { CsrfField } from './csrf-field.tsx'

/** The signed-in account, and the button that signs out. */
export function SessionTools({ view }: { view: View }) {
  const { t, sessions } = view
  const operating =
    sessions.operator !== null && (view.path.startsWith('/operator') || sessions.tenant === null)
  const session = operating ? sessions.operator : (sessions.tenant ?? sessions.applicant)
  if (session === null) {
    return (
      <a class="quiet" href="/sign-in">
        {t.common.signIn}
      </a>
    )
  }
  const name = session.role === 'operator' ? session.label || t.common.operator : session.label
  const who = session.role === 'operator' ? t.common.signedInAsOperator : t.common.signedInAs(session.label)
  return (
    <form method="post" action="/sign-out">
      <CsrfField session={session} />
      <input type="hidden" name="role" value={session.role} />
      <span class="who small soft">{name}</span>
      <button class="quiet" type="submit" title={session.role === 'applicant' ? session.label : who}>
        {t.common.signOut}
      </button>
    </form>
  )
}
