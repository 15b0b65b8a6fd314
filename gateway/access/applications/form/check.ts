import type { z } from 'zod'
import {
  consentKinds,
  type FormField,
  type FormValues,
  formFields,
} from '../../../../schema/api/application.ts'
import { type FieldError, fieldError, fieldErrors } from '../../../../schema/messages/field-errors.ts'
import type { ShownConsents } from './consents.ts'
import type { Requirements } from './requirements.ts'

/** All schema errors of a form, one per field and problem. */
export function shapeErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const errors = fieldErrors(issues)
  const isFirst = (error: FieldError, index: number) =>
    errors.findIndex(({ field, code }) => field === error.field && code === error.code) === index
  return errors.filter(isFirst)
}

/**
 * All errors of a form at once: those of its schema, missing required fields, and the
 * consents without which there can be no review. `form` is what was sent, right or wrong.
 */
export function formErrors(
  issues: readonly z.core.$ZodIssue[],
  form: Record<string, unknown>,
  { requirements, consents }: { requirements: Requirements; consents: ShownConsents },
  now: number,
): FieldError[] {
  const shape = shapeErrors(issues)
  const wrong = new Set(shape.map(({ field }) => field))
  if (wrong.has('body')) return shape
  const rightOrGiven = ([field]: [string, unknown]) =>
    field in formFields && !(field === 'date_of_birth' && wrong.has(field))
  const values = Object.fromEntries(Object.entries(form).filter(rightOrGiven)) as FormValues
  const required = checkRequirements(values, requirements, now)
  const ofConsents = checkConsents(form.consents, consents)
  return [...shape, ...[...required, ...ofConsents].filter(({ field }) => !wrong.has(field))]
}

/** Finds required consents that are missing or refused, and consents that the form does not ask for. */
function checkConsents(consents: unknown, { version, texts }: ShownConsents): FieldError[] {
  // the schema's own error names what is no object
  if (typeof consents !== 'object' || consents === null) return []
  const given = consents as Record<string, unknown>
  const errors: FieldError[] = []
  for (const kind of consentKinds) {
    const field = `consents.${kind}`
    const asked = texts.find((text) => text.kind === kind)
    if (asked === undefined) {
      if (given[kind] !== undefined) errors.push(fieldError(field, 'not_asked'))
    } else if (asked.required && given[kind] === undefined) errors.push(fieldError(field, 'required'))
    else if (asked.required && given[kind] === false) errors.push(fieldError(field, 'consent'))
  }
  if (typeof given.version === 'string' && given.version !== version) {
    errors.push(fieldError('consents.version', 'consent_version'))
  }
  return errors
}

/** Finds what is missing, what is given although it is not asked for, and an impossible date of birth. */
export function checkRequirements(values: FormValues, requirements: Requirements, now: number): FieldError[] {
  const errors: FieldError[] = []
  for (const field of Object.keys(formFields) as FormField[]) {
    const requirement = getRequirement(field, values, requirements)
    const given = values[field] !== undefined
    if (requirement === 'required' && !given) errors.push(fieldError(field, 'required'))
    if (requirement === 'absent' && given) errors.push(fieldError(field, 'not_asked'))
  }
  const birth = values.date_of_birth
  const code = birth === undefined ? null : birthProblem(birth, now)
  if (code !== null) errors.push(fieldError('date_of_birth', code))
  return errors
}

/** A person on their own has no company to name. */
function getRequirement(field: FormField, values: FormValues, requirements: Requirements) {
  const ofCompanies = field === 'company' || field === 'department' || field === 'position'
  if (ofCompanies && values.affiliation === 'individual') return 'optional'
  return requirements[field]
}

function birthProblem(birth: string, now: number): 'impossible_date' | 'under_14' | null {
  if (birth < '1900-01-01' || Date.parse(birth) > now) return 'impossible_date'
  const birthday14 = `${Number(birth.slice(0, 4)) + 14}${birth.slice(4)}`
  // A day begins nine hours earlier in Korea than in UTC.
  const todayInKorea = new Date(now + 9 * 3_600_000).toISOString().slice(0, 10)
  return birthday14 > todayInKorea ? 'under_14' : null
}
