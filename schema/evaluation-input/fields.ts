import { z } from 'zod'
import { maxTextLength } from '../api/judgments.ts'

/** Fields that the input forms have in common. What is not given may also be null. */

/** What a missing or mistyped field is told. */
export const mustBe = (what: string) => ({
  error: ({ input }: { input?: unknown }) => (input === undefined ? 'is required' : `must be ${what}`),
})

const text = z.string(mustBe('a string')).max(maxTextLength, `may have at most ${maxTextLength} characters`)

export const question = text.min(1, 'must not be empty')
export const answer = text
export const reference = text.nullish()
export const name = z.string(mustBe('a string')).min(1, 'must not be empty').max(200).nullish()
export const id = z
  .union([z.string().min(1, 'must not be empty').max(200), z.int()], mustBe('a string or a whole number'))
  .transform(String)
export const label = z
  .number('must be a number from 0 to 10')
  .min(0, 'must be a number from 0 to 10')
  .max(10, 'must be a number from 0 to 10')

/** An empty reference says that there is none. */
export const given = (value: string | null | undefined): { reference?: string } =>
  value == null || value === '' ? {} : { reference: value }
