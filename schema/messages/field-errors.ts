import { z } from 'zod'
import { isMessageCode, type MessageCode, type MessageParams, type ParamsFor, paramsIn } from './message.ts'

/** One wrong field: its path in the body (`turns.0.answer`), what is wrong, and with which values. */
export interface FieldError {
  field: string
  code: MessageCode
  params?: MessageParams
}

/** A wrong field; the compiler checks the parameters against the text. */
export function fieldError<Code extends MessageCode>(
  field: string,
  code: Code,
  ...[params]: ParamsFor<Code>
): FieldError {
  return params === undefined ? { field, code } : { field, code, params }
}

/** The code as zod's own `error` of a check: the message of an issue is always a code. */
export const withMessage = (code: MessageCode) => ({ error: code })

/** The `params` of our own `refine` and `addIssue` calls: the message code and its parameters. */
export function problem<Code extends MessageCode>(code: Code, ...[params]: ParamsFor<Code>) {
  return { params: { problem: code, ...params } }
}

type Issue = z.core.$ZodRawIssue

/** Gives Zod's issues a message code in place of a sentence; the only place that handles Zod's issues. */
z.config({ localeError: (issue) => toMessageCode(issue) })

function toMessageCode(issue: Issue): MessageCode {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input == null ? 'required' : (expected[issue.expected as string] ?? 'wrong_type')
    case 'too_small':
      if (issue.origin === 'string') return issue.minimum === 1 ? 'empty' : 'too_short'
      if (isCollection(issue.origin)) return 'too_few_items'
      return issue.inclusive === false ? 'above' : 'at_least'
    case 'too_big':
      if (issue.origin === 'string') return 'too_long'
      if (isCollection(issue.origin)) return 'too_many_items'
      return issue.inclusive === false ? 'below' : 'at_most'
    case 'invalid_format':
      return formats[issue.format as string] ?? 'wrong_format'
    case 'not_multiple_of':
      return 'multiple_of'
    case 'unrecognized_keys':
      return 'unknown_field'
    case 'invalid_value':
      if (issue.input === undefined) return 'required'
      return (issue.values as unknown[]).length === 1 ? 'must_equal' : 'one_of'
    case 'custom': {
      const code = issue.params?.problem
      return isMessageCode(code) ? code : 'wrong_value'
    }
    default:
      return 'wrong_type'
  }
}

const isCollection = (origin: unknown) => origin === 'array' || origin === 'set' || origin === 'map'

const expected: Partial<Record<string, MessageCode>> = {
  string: 'expected_string',
  number: 'expected_number',
  int: 'expected_integer',
  boolean: 'expected_boolean',
  array: 'expected_list',
  object: 'expected_object',
  record: 'expected_object',
}

const formats: Partial<Record<string, MessageCode>> = {
  url: 'format_url',
  email: 'format_email',
  date: 'format_date',
  datetime: 'format_datetime',
}

/** An answer names no more wrong fields than these: a body of a megabyte may have a hundred thousand. */
const maxFieldErrors = 100

/** Zod's issues as field errors; an unknown field is named itself, not the object that holds it. */
export function fieldErrors(issues: readonly z.core.$ZodIssue[]): FieldError[] {
  const errors = issues.slice(0, maxFieldErrors).flatMap((issue): FieldError[] => {
    const path = issue.path.map(String)
    if (issue.code === 'unrecognized_keys') {
      const keys = issue.keys.slice(0, maxFieldErrors)
      return keys.map((key) => fieldError([...path, key.slice(0, 64)].join('.'), 'unknown_field'))
    }
    const code = isMessageCode(issue.message) ? issue.message : 'wrong_value'
    const params = paramsIn(code, toParams(issue))
    return [{ field: path.join('.') || 'body', code, ...(params && { params }) }]
  })
  return errors.slice(0, maxFieldErrors)
}

function toParams(issue: z.core.$ZodIssue): MessageParams | undefined {
  switch (issue.code) {
    case 'too_small':
      return { minimum: Number(issue.minimum) }
    case 'too_big':
      return { maximum: Number(issue.maximum) }
    case 'not_multiple_of':
      return { divisor: issue.divisor }
    case 'invalid_value':
      return { options: issue.values.map(String).join(', ') }
    case 'custom': {
      const { problem: _, ...rest } = issue.params ?? {}
      return Object.keys(rest).length === 0 ? undefined : (rest as MessageParams)
    }
    default:
      return undefined
  }
}
