import { expect, it } from 'vitest'
import { createApp } from '../../../gateway/app.ts'
import { ko } from '../../../gateway/console/texts/ko.ts'
import { openApiDocument } from '../../../gateway/http/openapi-document.ts'

/** Every `summary` and `description` of routes, their parameters, answers and fields. */
function readLines(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) =>
    (name === 'summary' || name === 'description') && typeof one === 'string' ? [one] : readLines(one),
  )
}

it('what the API document says of routes and fields is said in Korean too, and nothing else', () => {
  const { paths, components } = openApiDocument(createApp())
  const lines = [...new Set([...readLines(paths), ...readLines(components?.schemas)])].sort()
  expect(Object.keys(ko.apiDescriptions).sort()).toEqual(lines)
})
