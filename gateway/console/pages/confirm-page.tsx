import type { Child } from 'hono/jsx'
import { CsrfField } from '../components/csrf-field.tsx'
import { Page } from '../components/page.tsx'
import type { Session } from '../sessions/roles.ts'
import type { View } from '../view.ts'

interface ConfirmPageProps {
  view: View
  session: Session | null
  title: string
  /** Name of the object that the action changes. */
  subject: Child
  /** The several things that the subject introduces. */
  list?: Child
  consequence: string
  button: string
  danger?: boolean
  action: string
  /** Path to return to without acting. */
  back: string
  /** Further warnings, and what has to be ticked. */
  children?: Child
}

/** Asks once more before something that cannot be taken back. */
export function ConfirmPage(props: ConfirmPageProps) {
  const {
    view,
    session,
    title,
    subject,
    list,
    consequence,
    button,
    danger = false,
    action,
    back,
    children,
  } = props
  return (
    <Page view={view} title={title}>
      <form class="card narrow" method="post" action={action}>
        {session !== null && <CsrfField session={session} />}
        <h1>{title}</h1>
        <p>{subject}</p>
        {list}
        <p>{consequence}</p>
        {children}
        <p class="row">
          <button class={danger ? 'button danger' : 'button primary'} type="submit">
            {button}
          </button>
          <a class="button" href={back}>
            {view.t.common.cancel}
          </a>
        </p>
      </form>
    </Page>
  )
}
