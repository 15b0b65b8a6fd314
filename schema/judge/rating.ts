import { extractUnquotedText } from './unquoted-text.ts'

/** The rule that found the rating; stored with the judgment. */
export type RatingRule =
  | 'labelled-double-bracket'
  | 'labelled-bracket'
  | 'lone-double-bracket'
  | 'first-double-bracket'
  | 'first-bracket'

export interface ParsedRating {
  /** 0..10 with at most one decimal. 0 is a verdict. */
  rating: number
  rule: RatingRule
}

/** A rating with its place: the text from `start` to `end` is the verdict, all else the explanation. */
interface Verdict extends ParsedRating {
  start: number
  end: number
}

// No pattern may try the same characters in two ways: judges copy what they read, and a long run of blanks or digits
// would then take the square of its length, or worse.
const invisible = String.raw`\u200b-\u200f\u2060\ufeff`
const blanks = String.raw`[ \t\u00a0\u3000${invisible}]*`
const marks = String.raw`[ \t\u00a0\u3000${invisible}#*_~|+•-]*`
const labelWords = ['rating', 'score', 'verdict', '평가', '평점', '점수', '총점', '요약']
const leadingWords = [
  'final',
  'overall',
  'total',
  'my',
  'the',
  '최종',
  '종합',
  '전체',
  '총',
  '나의',
  '제',
  '내',
]
const label = toAlternatives(labelWords)
const doubleBracket = String.raw`\[[${invisible}]*\[([^\[\]\n]{0,40})\][${invisible}]*\]`
const labelAtStart = new RegExp(
  String.raw`^${marks}(?:\d{1,3}[.)]${marks})?(?:(?:${toAlternatives(leadingWords)})${blanks})?(?:${label})`,
  'i',
)
/** Between a label and its value: marks, at most one sign of equality, and quotes. */
const separator = new RegExp(String.raw`^${marks}([:：=]?)[ \t\u00a0\u3000${invisible}*_~|\x60"'“‘]*`)
const doubleBracketAtStart = new RegExp(`^${doubleBracket}`)
const singleBracketAtStart = /^\[([^[\]\n]{0,40})\](?!\])/
/** A value without brackets, alone on its line: `8`, `8/10`, `8점`. */
const bareValueAtStart = /^[-+]?\d{1,6}(?:\.\d{0,6})?\s{0,9}(?:\/\s{0,9}\d{1,6}|점|points?)?[\s.*_~|"'`]*$/i
const anyDoubleBracketOfRule = new RegExp(doubleBracket, 'g')
const numeric = /^[-+]?\d[\d.,/]*$/
const wellFormed = /^(?:10(?:\.0)?|\d(?:\.\d)?)$/
const labelAtEnd = new RegExp(`(?:${label})$`, 'i')
const maxLabelLength = Math.max(...labelWords.map((word) => word.normalize('NFD').length))

/**
 * Reads the judge's own verdict: a rating label at the beginning of a line with `[[n]]` behind it. The last such
 * line decides, and a malformed value there is no rating; `[n]` counts on the last line of the text only. Without
 * such a line, `[[n]]` counts where all that stand outside quotations and code agree. Well-formed means 0..10 with
 * at most one decimal. Null when there is none.
 */
export function parseRating(text: string): ParsedRating | null {
  const verdict = findVerdict(text)
  return verdict === null ? null : { rating: verdict.rating, rule: verdict.rule }
}

/** The explanation: the text before the verdict, without its label; the text after it if none is before. */
export function parseExplanation(text: string): string {
  const verdict = findVerdict(text)
  if (verdict === null) return text.trim()
  const before = withoutLabel(text.slice(0, verdict.start)).trim()
  return before === '' ? text.slice(verdict.end).trim() : before
}

/**
 * Returns whether a text that is still being written ends with the judge's verdict: a labelled `[[n]]` at the beginning of its
 * last line. Nothing in an open fence counts, for the fence may still be closed.
 */
export function endsWithVerdict(text: string): boolean {
  const own = extractUnquotedText(toHalfWidth(text))
  const verdict = findLabelled(own.lines, own.prose, text.length)?.verdict ?? null
  return verdict !== null && verdict.rule === 'labelled-double-bracket' && verdict.end === text.length
}

/** The rule under which a rating after the trailing `[[` of an unfinished text would count; null for none. */
export function findOpenVerdict(text: string): 'labelled' | 'lone' | null {
  // any rating tells the place; one that was written before and differs makes it no verdict
  const completed = `${text}5]]`
  if (endsWithVerdict(completed)) return 'labelled'
  return parseRating(completed)?.rule === 'lone-double-bracket' ? 'lone' : null
}

/** The text that was read last: a judgment's rating and its explanation are read from the same one. */
let lastRead: { text: string; verdict: Verdict | null } | null = null

function findVerdict(text: string): Verdict | null {
  if (lastRead?.text !== text) lastRead = { text, verdict: readVerdict(text) }
  return lastRead.verdict
}

function readVerdict(original: string): Verdict | null {
  const own = extractUnquotedText(toHalfWidth(original))
  const lastLine = own.linesOfOpenFence.trimEnd().lastIndexOf('\n') + 1
  const labelled =
    findLabelled(own.lines, own.prose, lastLine) ?? findLabelled(own.linesOfOpenFence, own.prose, lastLine)
  return labelled === null ? findLone(own.prose) : labelled.verdict
}

/** The last line that begins with a label and a value; its verdict is null when the value is malformed. */
function findLabelled(text: string, prose: string, lastLine: number): { verdict: Verdict | null } | null {
  let end = text.length
  let following: string | null = null
  while (end >= 0) {
    const start = end === 0 ? 0 : text.lastIndexOf('\n', end - 1) + 1
    const line = text.slice(start, end)
    const found = readLabelledLine(line, following)
    if (found !== null) {
      const { value, rule } = found
      const isClosed = rule === 'labelled-double-bracket' || start >= lastLine
      const others = following === null || found.isOnLine ? numericBrackets(prose.slice(start, end)) : []
      const agree = others.every(({ value: other }) => Number(other) === Number(value))
      const isRating = isClosed && agree && wellFormed.test(value)
      const stop = found.isOnLine ? end : text.indexOf(']', end)
      const verdict = { rating: Number(value), rule, start, end: text.indexOf('\n', stop) + 1 || text.length }
      return { verdict: isRating ? verdict : null }
    }
    if (line.trim() !== '') following = line
    end = start - 1
  }
  return null
}

interface LabelledValue {
  value: string
  rule: RatingRule
  /** False where the value stands on the line below its label. */
  isOnLine: boolean
}

function readLabelledLine(line: string, following: string | null): LabelledValue | null {
  const name = labelAtStart.exec(line)?.[0]
  if (name === undefined) return null
  const between = separator.exec(line.slice(name.length))!
  const rest = line.slice(name.length + between[0].length)
  const hasSign = between[1] !== ''
  const double = doubleBracketAtStart.exec(rest)
  if (double !== null) return { value: clean(double[1]!), rule: 'labelled-double-bracket', isOnLine: true }
  if (rest === '') {
    const below = doubleBracketAtStart.exec(following?.replace(startOfLine, '') ?? '')
    return below && { value: clean(below[1]!), rule: 'labelled-double-bracket', isOnLine: false }
  }
  if (!hasSign) return null
  const single = singleBracketAtStart.exec(rest)
  if (single !== null) return { value: clean(single[1]!), rule: 'labelled-bracket', isOnLine: true }
  const isMalformed = rest.startsWith('[') || bareValueAtStart.test(rest)
  return isMalformed ? { value: '', rule: 'labelled-bracket', isOnLine: true } : null
}

const startOfLine = new RegExp(`^${marks}`)

/** The one rating in the judge's prose, where no line is labelled. */
function findLone(prose: string): Verdict | null {
  const found = numericBrackets(prose)
  const [first] = found
  if (first === undefined || found.some(({ value }) => Number(value) !== Number(first.value))) return null
  if (!wellFormed.test(first.value)) return null
  const last = found.at(-1)!
  return { rating: Number(first.value), rule: 'lone-double-bracket', start: last.start, end: last.end }
}

/** Every `[[…]]` that holds something like a number, and is no index of code that lacks its marks. */
function numericBrackets(prose: string): { value: string; start: number; end: number }[] {
  return [...prose.matchAll(anyDoubleBracketOfRule)].flatMap((match) => {
    const value = clean(match[1]!)
    if (!numeric.test(value)) return []
    const before = prose.slice(Math.max(0, match.index - maxLabelLength), match.index)
    if (/[\w)\]]$/.test(before) && !labelAtEnd.test(before)) return []
    return [{ value, start: match.index, end: match.index + match[0].length }]
  })
}

/** A value without blanks and invisible characters around or inside it. */
const clean = (value: string) => value.replace(new RegExp(`[${invisible}]`, 'g'), '').trim()

/** Letters, digits and brackets of full width as the narrow ones; every character keeps its place. */
const toHalfWidth = (text: string) =>
  text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))

/** Takes a label off the end: `Rating: `, `**평가:** "`. A pattern would begin anew at every blank of a text. */
function withoutLabel(text: string): string {
  const unquoted = text.trimEnd().replace(/"$/, '')
  const colon = withoutStars(unquoted).trimEnd()
  const named = withoutStars(colon.replace(/[:：]$/, '').trimEnd())
  const found = labelAtEnd.exec(named.slice(-maxLabelLength))
  return found === null ? text : withoutStars(named.slice(0, named.length - found[0].length))
}

function withoutStars(text: string): string {
  let end = text.length
  while (text[end - 1] === '*') end--
  return text.slice(0, end)
}

/** The words as alternatives, composed and decomposed: a Mac writes Hangul in its parts. */
function toAlternatives(words: readonly string[]): string {
  const forms = words.flatMap((word) => [...new Set([word.normalize('NFC'), word.normalize('NFD')])])
  return forms.join('|')
}
