import { z } from 'zod'
import { maxTextLength } from '../judge/bounds.ts'
import { withMessage } from '../messages/field-errors.ts'
import type { MessageCode } from '../messages/message.ts'
import { normalizeName } from '../text/normalize.ts'

/** Fields that the input forms have in common. A field that is null is not given; an empty name, id or label neither. */

/** The code for a missing or mistyped field whose type zod cannot name. */
export const requires = (code: MessageCode) => ({
  error: ({ input }: { input?: unknown }) => (input == null ? 'required' : code) satisfies MessageCode,
})

export const text = z.string().max(maxTextLength)

/** A field that may be left out, null or empty. */
const optional = <Field extends z.ZodType>(field: Field) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), field.optional())

export const question = text.min(1)
/** An answer. One that is missing or null is empty; what becomes of empty answers is chosen for the whole input. */
export const answer = text.nullish().transform((value) => value ?? '')
export const reference = text.nullish()
export const name = optional(z.string().max(200).transform(normalizeName)).transform(
  (value) => value || undefined,
)
const givenId = z
  .union([z.string().min(1).max(200), z.int()], requires('expected_string_or_integer'))
  .transform((value) => String(value).normalize('NFC'))
/** An id that has to be given: files are joined by it. */
export const requiredId = givenId
export const id = optional(givenId)
const outOfRange = withMessage('label_range')
export const label = optional(z.number(outOfRange).min(0, outOfRange).max(10, outOfRange))

/** An empty reference is not given. */
export const given = (value: string | null | undefined): { reference?: string } =>
  value == null || value === '' ? {} : { reference: value }
