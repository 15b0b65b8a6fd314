import type { ParsedRating } from './rating.ts'

const anyDoubleBracket = /\[\[(\d+(?:\.\d*)?)\]\]/
const anyBracket = /\[(\d+(?:\.\d*)?)\]/

/**
 * The rule of the published `simple-keval` run, kept so that its figures can be reproduced: the first
 * `[[n]]`, else the first `[n]` anywhere. Numbers outside 0..10 count as none.
 */
export function parseSimpleKevalRating(text: string): ParsedRating | null {
  const double = anyDoubleBracket.exec(text)
  const match = double ?? anyBracket.exec(text)
  if (match === null) return null
  const rating = Number(match[1])
  if (rating > 10) return null
  return { rating, rule: double ? 'first-double-bracket' : 'first-bracket' }
}
