/**
 * Blanks the quotations and code in a judge's text. Blanked text has the
 * same length, so that places in it are places in the original.
 */
export interface UnquotedText {
  /** Without fenced code and block quotes; inline code and quotation marks are kept. */
  lines: string
  /** The same, but a fence that is never closed hides nothing. */
  linesOfOpenFence: string
  /** Without any code or quotation. */
  prose: string
}

const listMark = String.raw`(?:[-*+•]|\d{1,3}[.)])`
const fence = new RegExp(String.raw`^\s*(?:${listMark}\s+)?(\x60{3,}|~{3,})(.*)$`)
const blockQuote = new RegExp(String.raw`^\s*(?:${listMark}\s+)?>`)
const indentedCode = /^(?: {4}|\t)/
const closingMarks: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”',
  '‘': '’',
  '「': '」',
  '『': '』',
  '«': '»',
  '《': '》',
  '〈': '〉',
}

const openingMark = new RegExp(`[${Object.keys(closingMarks).join('')}]`, 'g')

/** Separates the judge's own words from code and quotations. */
export function extractUnquotedText(text: string): UnquotedText {
  const lines = text.split('\n')
  const { hidden, openFrom } = findBlocks(lines)
  const blanked = lines.map((line, index) => (hidden[index] ? blank(line) : line))
  const own = blanked.join('\n')
  const opened = blanked.map((line, index) => (index > openFrom ? unlessQuoted(lines[index]!) : line))
  const prose = blankInline(blankIndentedCode(blanked).join('\n'))
  return { lines: own, linesOfOpenFence: opened.join('\n'), prose }
}

/** The lines of block quotes and fenced code, and where a fence opens that is never closed. */
function findBlocks(lines: readonly string[]): { hidden: boolean[]; openFrom: number } {
  const hidden: boolean[] = []
  let open: { mark: string; at: number } | null = null
  lines.forEach((line, index) => {
    const found = fence.exec(line)
    const [mark, rest] = [found?.[1], found?.[2] ?? '']
    if (open === null) {
      const opens = mark !== undefined && !(mark.startsWith('`') && rest.includes('`'))
      if (opens) open = { mark, at: index }
      hidden.push(opens || blockQuote.test(line))
      return
    }
    hidden.push(true)
    if (mark?.startsWith(open.mark) && rest.trim() === '') open = null
  })
  const unclosed = open as { at: number } | null
  return { hidden, openFrom: unclosed?.at ?? Number.POSITIVE_INFINITY }
}

const unlessQuoted = (line: string) => (blockQuote.test(line) ? blank(line) : line)

/** Indented code begins after an empty line: elsewhere an indented line continues its paragraph. */
function blankIndentedCode(lines: readonly string[]): string[] {
  let mayBegin = true
  return lines.map((line) => {
    if (mayBegin && indentedCode.test(line)) return blank(line)
    mayBegin = line.trim() === ''
    return line
  })
}

const blank = (text: string) => text.replace(/[^\n]/g, ' ')

/** Blanks inline code and quotations, paragraph by paragraph: both end at an empty line. */
function blankInline(text: string): string {
  return text
    .split(/(\n\s*\n)/)
    .map((paragraph) => blankQuotations(blankInlineCode(paragraph)))
    .join('')
}

/** Code stands between runs of backticks of one length. Source: CommonMark 0.31, 6.1. */
function blankInlineCode(paragraph: string): string {
  const runs = [...paragraph.matchAll(/`+/g)]
  let [blanked, from] = ['', 0]
  for (let i = 0; i < runs.length; i++) {
    const opening = runs[i]!
    let closing = i + 1
    while (closing < runs.length && runs[closing]![0].length !== opening[0].length) closing++
    if (closing === runs.length) continue
    const end = runs[closing]!.index + opening[0].length
    blanked += paragraph.slice(from, opening.index) + blank(paragraph.slice(opening.index, end))
    from = end
    i = closing
  }
  return blanked + paragraph.slice(from)
}

/** A quotation that is not closed in its paragraph is none. */
function blankQuotations(paragraph: string): string {
  const unclosed = new Set<string>()
  let [blanked, from] = ['', 0]
  for (const { 0: opening, index: at } of paragraph.matchAll(openingMark)) {
    const closing = closingMarks[opening]!
    if (at < from || unclosed.has(closing) || isApostrophe(paragraph, at)) continue
    const end = endOfQuotation(paragraph, at, closing)
    if (end === -1) {
      unclosed.add(closing)
      continue
    }
    blanked += paragraph.slice(from, at) + blank(paragraph.slice(at, end + 1))
    from = end + 1
  }
  return blanked + paragraph.slice(from)
}

function endOfQuotation(paragraph: string, opening: number, closing: string): number {
  let end = paragraph.indexOf(closing, opening + 1)
  while (end !== -1 && isApostrophe(paragraph, end)) end = paragraph.indexOf(closing, end + 1)
  return end
}

/** Returns whether a mark stands inside a word: `it's`. */
const isApostrophe = (text: string, at: number) =>
  /['’]/.test(text[at]!) && /[A-Za-z]/.test(text[at - 1] ?? '') && /[A-Za-z]/.test(text[at + 1] ?? '')
