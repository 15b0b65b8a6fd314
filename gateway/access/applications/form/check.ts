import type { z } from 'zod'
import {
  type FormField,
  type FormValues,
  formFields,
  type Language,
} from '../../../../schema/api/application.ts'
import type { FieldError } from '../../../../schema/api/errors.ts'
import { consentVersion } from './consents.ts'
import { type Problem, problemMessage } from './messages.ts'
import type { Requirements } from './requirements.ts'

interface Found {
  field: string
  problem: Problem
  limit?: string | number
}

/** What zod found wrong with a form, each problem once per field, in the applicant's language. */
export function describeIssues(issues: readonly z.core.$ZodIssue[], language: Language): FieldError[] {
  return describe(issues.flatMap(toProblems), language)
}

/**
 * Everything that is wrong with a form at once: what its shape says, what is asked for and missing, and the
 * consents without which there can be no review. `form` is what was sent, right or wrong.
 */
export function formErrors(
  issues: readonly z.core.$ZodIssue[],
  form: Record<string, unknown>,
  requirements: Requirements,
  language: Language,
  now: number,
): FieldError[] {
  const shape = describeIssues(issues, language)
  const wrong = new Set(shape.map(({ field }) => field))
  if (wrong.has('body')) return shape
  const rightOrGiven = ([field]: [string, unknown]) =>
    field in formFields && !(field === 'date_of_birth' && wrong.has(field))
  const values = Object.fromEntries(Object.entries(form).filter(rightOrGiven)) as FormValues
  const consents = form.consents as Record<string, unknown> | undefined
  const found: Found[] = (['review', 'overseas'] as const)
    .filter((kind) => consents?.[kind] === false)
    .map((kind) => ({ field: `consents.${kind}`, problem: 'consent' }))
  if (typeof consents?.version === 'string' && consents.version !== consentVersion) {
    found.push({ field: 'consents.version', problem: 'consent_version' })
  }
  const required = checkRequirements(values, requirements, language, now)
  return [...shape, ...required.filter(({ field }) => !wrong.has(field)), ...describe(found, language)]
}

/** What is missing, or given although it is not asked for, and whether the date of birth is possible. */
export function checkRequirements(
  values: FormValues,
  requirements: Requirements,
  language: Language,
  now: number,
): FieldError[] {
  const found: Found[] = []
  for (const field of Object.keys(formFields) as FormField[]) {
    const requirement = getRequirement(field, values, requirements)
    const given = values[field] !== undefined
    if (requirement === 'required' && !given) found.push({ field, problem: 'missing' })
    if (requirement === 'absent' && given) found.push({ field, problem: 'not_asked' })
  }
  const birth = values.date_of_birth
  if (birth !== undefined) {
    const problem = birthProblem(birth, now)
    if (problem !== null) found.push({ field: 'date_of_birth', problem })
  }
  return describe(found, language)
}

/** A person on their own has no company to name. */
function getRequirement(field: FormField, values: FormValues, requirements: Requirements) {
  const ofCompanies = field === 'company' || field === 'department' || field === 'position'
  if (ofCompanies && values.affiliation === 'individual') return 'optional'
  return requirements[field]
}

function birthProblem(birth: string, now: number): Problem | null {
  if (birth < '1900-01-01' || Date.parse(birth) > now) return 'impossible_date'
  const birthday14 = `${Number(birth.slice(0, 4)) + 14}${birth.slice(4)}`
  // A day begins nine hours earlier in Korea than in UTC.
  const todayInKorea = new Date(now + 9 * 3_600_000).toISOString().slice(0, 10)
  return birthday14 > todayInKorea ? 'under_14' : null
}

function toProblems(issue: z.core.$ZodIssue): Found[] {
  const field = issue.path.map(String).join('.') || 'body'
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        field: [...issue.path, key.slice(0, 64)].map(String).join('.'),
        problem: 'unknown',
      }))
    case 'too_small':
      return [{ field, problem: 'empty' }]
    case 'too_big':
      return [{ field, problem: 'too_long', limit: Number(issue.maximum) }]
    case 'invalid_value':
      return [{ field, problem: 'one_of', limit: issue.values.map(String).join(', ') }]
    case 'invalid_format':
      return [{ field, problem: formatProblem(issue.format) }]
    case 'custom':
      return [{ field, problem: (issue.params?.problem as Problem | undefined) ?? 'wrong_type' }]
    case 'invalid_type':
      return [
        { field, problem: issue.input === undefined && issue.path.length > 0 ? 'missing' : 'wrong_type' },
      ]
    default:
      return [{ field, problem: 'wrong_type' }]
  }
}

function formatProblem(format: string): Problem {
  if (format === 'email' || format === 'date') return format
  return format === 'regex' ? 'phone' : 'wrong_type'
}

function describe(found: Found[], language: Language): FieldError[] {
  const described = found.map(({ field, problem, limit }) => ({
    field,
    message: problemMessage(problem, language, limit),
  }))
  return described.filter(
    (error, index) =>
      described.findIndex(({ field, message }) => field === error.field && message === error.message) ===
      index,
  )
}
