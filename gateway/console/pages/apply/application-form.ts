import type { ConsentKind, FormField } from '../../../../schema/api/application.ts'

/** `GET /v1/application-form`: what is asked. */
export interface FormDescription {
  fields: Record<FormField, 'required' | 'optional' | 'absent'>
  turnstile_site_key: string | null
  consent_version: string
  consents: { kind: ConsentKind; required: boolean; ko: string; en: string }[]
}

/** Submitted values by the name of their control. */
export type FormValues = Record<string, string>

/** The fields step by step, in the order they are asked. */
export const stepFields = {
  person: [
    'name',
    'date_of_birth',
    'over_14',
    'affiliation',
    'company',
    'department',
    'position',
    'email',
    'phone',
  ],
  use: ['purpose', 'model', 'model_version', 'reason', 'objectives'],
  care: ['use_cases', 'security_plan'],
} as const satisfies Record<string, FormField[]>

const allFields: FormField[] = Object.values(stepFields).flat()

/** The form's values as the API takes them: what is empty or belongs to companies only is left out. */
export function toRequestValues(values: FormValues): Record<string, unknown> {
  const forCompanies = values.affiliation === 'individual' ? ['company', 'department', 'position'] : []
  const filled = allFields.filter(
    (field) => (values[field] ?? '').trim() !== '' && !forCompanies.includes(field),
  )
  return Object.fromEntries(filled.map((field) => [field, field === 'over_14' ? true : values[field]]))
}

/** The body of `POST /v1/applications`. */
export function toSubmission(values: FormValues, language: string): Record<string, unknown> {
  return {
    ...toRequestValues(values),
    language,
    consents: {
      review: values.consent_review === 'on',
      // left out where the form that was shown does not ask for it
      ...(values.asks_overseas !== undefined && { overseas: values.consent_overseas === 'on' }),
      news: values.consent_news === 'on',
      version: values.consent_version ?? '',
    },
    ...(values['cf-turnstile-response'] !== undefined && {
      turnstile_token: values['cf-turnstile-response'],
    }),
  }
}

/** Messages by the name of the control they belong to. */
export function problemsByControl(errors: { field: string; message: string }[] | undefined): FormValues {
  const found: FormValues = {}
  for (const { field, message } of errors ?? []) found[field.replace('consents.', 'consent_')] ??= message
  return found
}
