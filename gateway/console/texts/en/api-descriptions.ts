import { apiDescriptions as korean } from '../ko/api-descriptions.ts'

/** The OpenAPI document is in English. */
export const apiDescriptions: Record<string, string> = Object.fromEntries(
  Object.keys(korean).map((line) => [line, line]),
)
