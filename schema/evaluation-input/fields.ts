import { z } from 'zod'
import { maxTextLength } from '../judge/bounds.ts'
import { normalizeName } from '../text/normalize.ts'

/** Fields that the input forms have in common. A field that is null is not given; an empty name, id or label neither. */

/** The message about a missing or mistyped field. */
export const mustBe = (what: string) => ({
  error: ({ input }: { input?: unknown }) => (input == null ? 'is required' : `must be ${what}`),
})

const text = z.string(mustBe('a string')).max(maxTextLength, `may have at most ${maxTextLength} characters`)

/** A field that may be left out, null or empty. */
const optional = <Field extends z.ZodType>(field: Field) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), field.optional())

export const question = text.min(1, 'must not be empty')
export const answer = text
export const reference = text.nullish()
export const name = optional(
  z.string(mustBe('a string')).max(200, 'may have at most 200 characters').transform(normalizeName),
).transform((value) => value || undefined)
const givenId = z
  .union([z.string().min(1, 'must not be empty').max(200), z.int()], mustBe('a string or a whole number'))
  .transform((value) => String(value).normalize('NFC'))
/** An id that has to be given: files are joined by it. */
export const requiredId = givenId
export const id = optional(givenId)
const labelText = 'must be a number from 0 to 10'
export const label = optional(z.number(labelText).min(0, labelText).max(10, labelText))

/** An empty reference is not given. */
export const given = (value: string | null | undefined): { reference?: string } =>
  value == null || value === '' ? {} : { reference: value }
