import type { Child } from 'hono/jsx'

interface FilterFieldProps {
  /** Id of the control inside. */
  name: string
  label: string
  /** Takes the whole line. */
  wide?: boolean
  children: Child
}

/** A control of a filter form with its label above it. */
export function FilterField({ name, label, wide = false, children }: FilterFieldProps) {
  return (
    <div class={wide ? 'wide' : undefined}>
      <label for={name}>{label}</label>
      {children}
    </div>
  )
}
