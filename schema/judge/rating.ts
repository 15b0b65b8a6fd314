/** Which rule found the rating; stored with the judgment. */
export type RatingRule = 'double-bracket' | 'labelled-bracket' | 'first-double-bracket' | 'first-bracket'

export interface ParsedRating {
  /** 0..10 with at most one decimal. 0 is a verdict. */
  rating: number
  rule: RatingRule
}

// No pattern may try the same characters in two ways: judges copy what they read, and a long run of blanks or digits
// would then take the square of its length, or worse.
const number = String.raw`(10(?:\.0)?|\d(?:\.\d)?)`
const label = 'rating|score|평가|평점|점수|요약'
const blanksAndStars = String.raw`\s*(?:\*+\s*)?`
const doubleBracket = new RegExp(String.raw`\[\[${number}\]\]`, 'g')
const labelledBracket = new RegExp(
  String.raw`(?:${label})${blanksAndStars}[:：]${blanksAndStars}\[${number}\]`,
  'gi',
)
const labelAtEnd = new RegExp(`(?:${label})$`, 'i')
const longestLabel = Math.max(...label.split('|').map(({ length }) => length))
const anyDoubleBracket = /\[\[(\d+(?:\.\d*)?)\]\]/
const anyBracket = /\[(\d+(?:\.\d*)?)\]/

/**
 * Reads the rating from what the judge wrote: the last well-formed `[[n]]`, whatever label stands before
 * it; else the last `[n]` that follows a rating label on the last non-empty line (`nums[0]` in quoted code
 * is no rating). Well-formed means 0..10 with at most one decimal. Null when there is none.
 */
export function parseRating(text: string): ParsedRating | null {
  const double = lastMatch(text, doubleBracket)
  if (double !== null) return { rating: Number(double[1]), rule: 'double-bracket' }
  const lastLine = text.trimEnd().split('\n').at(-1) ?? ''
  const labelled = lastMatch(lastLine, labelledBracket)
  if (labelled !== null) return { rating: Number(labelled[1]), rule: 'labelled-bracket' }
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
  const last = lastMatch(text, doubleBracket)
  if (last === null) return text.trim()
  return withoutLabel(text.slice(0, last.index)).trim()
}

/** Takes a label off the end: `Rating: `, `**평가:** "`. A pattern would begin anew at every blank of a text. */
function withoutLabel(text: string): string {
  const unquoted = text.trimEnd().replace(/"$/, '')
  const colon = withoutStars(unquoted).trimEnd()
  const named = withoutStars(colon.replace(/[:：]$/, '').trimEnd())
  const found = labelAtEnd.exec(named.slice(-longestLabel))
  return found === null ? text : withoutStars(named.slice(0, named.length - found[0].length))
}

function withoutStars(text: string): string {
  let end = text.length
  while (text[end - 1] === '*') end--
  return text.slice(0, end)
}

function lastMatch(text: string, pattern: RegExp): RegExpExecArray | null {
  let last: RegExpExecArray | null = null
  for (const match of text.matchAll(pattern)) last = match
  return last
}
