/** Which rule found the rating; stored with the judgment. */
export type RatingRule = 'double-bracket' | 'labelled-bracket' | 'first-double-bracket' | 'first-bracket'

export interface ParsedRating {
  /** 0..10 with at most one decimal. 0 is a verdict. */
  rating: number
  rule: RatingRule
}

const number = String.raw`(10(?:\.0)?|\d(?:\.\d)?)`
const doubleBracket = new RegExp(String.raw`\[\[${number}\]\]`, 'g')
const labelledBracket = new RegExp(
  String.raw`(?:rating|score|평가|평점|점수|요약)\s*\**\s*[::]\s*\**\s*\[${number}\]`,
  'gi',
)
const anyDoubleBracket = /\[\[(\d+\.?\d*)\]\]/
const anyBracket = /\[(\d+\.?\d*)\]/

/**
 * Reads the rating from what the judge wrote: the last well-formed `[[n]]`, whatever label stands before
 * it; else the last `[n]` that follows a rating label on the last non-empty line (`nums[0]` in quoted code
 * is no rating). Well-formed means 0..10 with at most one decimal. Null when there is none.
 */
export function parseRating(text: string): ParsedRating | null {
  const double = lastMatch(text, doubleBracket)
  if (double !== null) return { rating: Number(double), rule: 'double-bracket' }
  const lastLine = text.trimEnd().split('\n').at(-1) ?? ''
  const labelled = lastMatch(lastLine, labelledBracket)
  if (labelled !== null) return { rating: Number(labelled), rule: 'labelled-bracket' }
  return null
}

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

/** The explanation is what stands before the rating, without the label of the rating line. */
export function explanationOf(text: string): string {
  const matches = [...text.matchAll(doubleBracket)]
  const last = matches.at(-1)
  if (last === undefined) return text.trim()
  return text
    .slice(0, last.index)
    .replace(/[^\S\n]*\**(?:rating|score|평가|평점|점수|요약)\**\s*[::]?\s*\**"?\s*$/i, '')
    .trim()
}

function lastMatch(text: string, pattern: RegExp): string | null {
  return [...text.matchAll(pattern)].at(-1)?.[1] ?? null
}
