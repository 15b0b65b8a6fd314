import type { ConsentKind, FormField } from '../../../../schema/api/application.ts'

/** `GET /v1/application-form`: what is asked. */
export interface FormDescription {
  fields: Record<FormField, 'required' | 'optional' | 'absent'>
  turnstile_site_key: string | null
  consent_version: string
  consents: { kind: ConsentKind; required: boolean; ko: string; en: string }[]
}

/** What was typed, by the name of the control. */
export type Typed = Record<string, string>

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
export function valuesOf(typed: Typed): Record<string, unknown> {
  const forCompanies = typed.affiliation === 'individual' ? ['company', 'department'] : []
  const filled = allFields.filter(
    (field) => (typed[field] ?? '').trim() !== '' && !forCompanies.includes(field),
  )
  return Object.fromEntries(filled.map((field) => [field, field === 'over_14' ? true : typed[field]]))
}

/** The body of `POST /v1/applications`. */
export function submissionOf(typed: Typed, language: string): Record<string, unknown> {
  return {
    ...valuesOf(typed),
    language,
    consents: {
      review: typed.consent_review === 'on',
      overseas: typed.consent_overseas === 'on',
      news: typed.consent_news === 'on',
      version: typed.consent_version ?? '',
    },
    ...(typed['cf-turnstile-response'] !== undefined && { turnstile_token: typed['cf-turnstile-response'] }),
  }
}

/** Messages by the name of the control they belong to. */
export function problemsByControl(errors: { field: string; message: string }[] | undefined): Typed {
  const found: Typed = {}
  for (const { field, message } of errors ?? []) found[field.replace('consents.', 'consent_')] ??= message
  return found
}
