import { expect, test } from 'vitest'
import { en } from '../../gateway/console/texts/en.ts'
import { ko } from '../../gateway/console/texts/ko.ts'
import { type ErrorCode, errorCodes } from '../../schema/api/error-codes.ts'

/** Every text by its path, with what it is. */
function shape(value: unknown, path = ''): Record<string, string> {
  if (typeof value === 'function') return { [path]: `function of ${value.length}` }
  if (typeof value !== 'object' || value === null) return { [path]: typeof value }
  return Object.assign(
    {},
    ...Object.entries(value).map(([key, one]) => shape(one, path ? `${path}.${key}` : key)),
  )
}

const withoutErrors = ({ errors: _, ...rest }: Record<string, unknown>) => rest

test('both languages have the same texts', () => {
  expect(shape(withoutErrors(en))).toEqual(shape(withoutErrors(ko)))
})

test('every error code is explained in both languages', () => {
  expect(Object.keys(ko.errors).sort()).toEqual(Object.keys(errorCodes).sort())
  expect(Object.keys(en.errors).sort()).toEqual(Object.keys(errorCodes).sort())
  for (const code of Object.keys(errorCodes) as ErrorCode[]) {
    for (const { errors } of [ko, en]) {
      const empty = (['title', 'meaning', 'check'] as const).filter((part) => !errors[code]?.[part].trim())
      expect(empty, code).toEqual([])
    }
  }
})

test('Korean texts are in Korean and English ones are not', () => {
  const koreanLetters = /[가-힣]/
  // the switch to the other language speaks that language
  const { otherLanguage: _, otherLanguageHint: __, ...common } = en.common
  const english = JSON.stringify({ ...withoutErrors(en), common }).match(/[^"]*[가-힣][^"]*/g)
  expect(english).toBeNull()
  const sentences = Object.values(ko.errors).flatMap((error) => [error.title, error.meaning])
  for (const sentence of sentences) expect(sentence).toMatch(koreanLetters)
})
