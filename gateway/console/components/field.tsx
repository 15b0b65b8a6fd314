import type { Child } from 'hono/jsx'
import type { Texts } from '../texts/texts.ts'

interface FieldProps {
  t: Texts
  /** Id and name of the control that stands inside. */
  name: string
  label: string
  required?: boolean
  hint?: string
  problem?: string
  children: Child
}

/** A control with its label, hint and problem, tied together for those who cannot see them side by side. */
export function Field({ t, name, label, required, hint, problem, children }: FieldProps) {
  return (
    <div class="field">
      <label for={name}>
        {label}
        {required !== undefined && (
          <span class="mark">{required ? t.common.required : t.common.optional}</span>
        )}
      </label>
      {hint !== undefined && (
        <span class="hint" id={`${name}-hint`}>
          {hint}
        </span>
      )}
      {children}
      <span class="problem" id={`${name}-problem`} hidden={problem === undefined}>
        {problem}
      </span>
    </div>
  )
}

/** Attributes that tie a control to its hint and its problem. */
export function described(name: string, hint: string | undefined, problem: string | undefined) {
  return {
    id: name,
    name,
    'aria-describedby': [hint === undefined ? '' : `${name}-hint`, `${name}-problem`].join(' ').trim(),
    'aria-invalid': problem === undefined ? undefined : ('true' as const),
  }
}
