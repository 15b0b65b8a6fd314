import { described, Field } from '../../components/field.tsx'
import type { View } from '../../view.ts'

/** Limits that a key may have below those of its tenant. */
export const keyLimits = ['requests_per_minute', 'concurrent', 'tokens_per_day'] as const

export type KeyLimit = (typeof keyLimits)[number]

export function limitNames({ t: { account } }: View): Record<KeyLimit, string> {
  const { perMinute, concurrent, perDay } = account.usage
  return { requests_per_minute: perMinute, concurrent, tokens_per_day: perDay }
}

interface KeyLimitFieldsProps {
  view: View
  values?: Partial<Record<string, string>>
  problems?: Partial<Record<string, string>>
}

/** The bounds of a key; empty ones are its tenant's. */
export function KeyLimitFields({ view, values = {}, problems = {} }: KeyLimitFieldsProps) {
  const text = view.t.account.keys
  return (
    <fieldset>
      <legend>{text.limits}</legend>
      <span class="hint">{text.limitsHint}</span>
      <div class="pair">
        {keyLimits.map((name) => (
          <Field
            t={view.t}
            name={name}
            label={limitNames(view)[name]}
            required={false}
            problem={problems[name]}
          >
            <input
              type="number"
              min="1"
              value={values[name]}
              {...described(name, undefined, problems[name])}
            />
          </Field>
        ))}
      </div>
    </fieldset>
  )
}

/** The bounds that were filled in, or null without any. */
export function parseKeyLimits(form: Record<string, unknown>): Record<string, number> | null {
  const given = keyLimits.filter((name) => String(form[name] ?? '').trim() !== '')
  return given.length === 0 ? null : Object.fromEntries(given.map((name) => [name, Number(form[name])]))
}
