import type { Session } from '../sessions/roles.ts'

/** The token that shows a form came from one of the session's own pages. */
export function CsrfField({ session }: { session: Session }) {
  return <input type="hidden" name="csrf" value={session.csrf} />
}
