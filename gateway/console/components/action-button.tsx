import type { Session } from '../sessions/roles.ts'
import { CsrfField } from './csrf-field.tsx'

interface ActionButtonProps {
  session: Session | null
  action: string
  label: string
  danger?: boolean
  values?: Record<string, string>
}

/** A single button that changes something: a form of its own. */
export function ActionButton({ session, action, label, danger = false, values = {} }: ActionButtonProps) {
  return (
    <form method="post" action={action}>
      {session !== null && <CsrfField session={session} />}
      {Object.entries(values).map(([name, value]) => (
        <input type="hidden" name={name} value={value} />
      ))}
      <button class={danger ? 'button compact danger' : 'button compact'} type="submit">
        {label}
      </button>
    </form>
  )
}
