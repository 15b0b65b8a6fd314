import { expect, it } from 'vitest'
import { createApp } from '../../../gateway/app.ts'
import { localizeDocument } from '../../../gateway/console/pages/docs/localize-document.ts'
import { openApiDocument } from '../../../gateway/http/openapi-document.ts'

/** Every `summary` and `description` of routes, their parameters, answers and fields. */
function readTexts(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) =>
    (name === 'summary' || name === 'description') && typeof one === 'string' ? [one] : readTexts(one),
  )
}

const hasHangul = (text: string) => /[가-힣]/.test(text)

it('every text of the API document has a Korean one beside it', () => {
  const { paths, components } = openApiDocument(createApp())
  const document = { paths, schemas: components?.schemas }
  const english = readTexts(document)
  expect(english.length).toBeGreaterThan(500)
  expect(english.filter(hasHangul)).toEqual([])
  expect(readTexts(localizeDocument(document, 'ko')).filter((text) => !hasHangul(text))).toEqual([])
})
