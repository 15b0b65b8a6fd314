/** A sentence with the white space behind it: the pieces joined give the text again. */
export interface Sentence {
  text: string
  gap: string
}

/**
 * The sentences of prose. A full stop ends a sentence behind Hangul, a closing bracket or quote, or a Latin word
 * of at least three letters: `3.14`, `1.` and `e.g.` end none.
 */
export function splitSentences(text: string): Sentence[] {
  const sentences: Sentence[] = []
  const boundary = /(?<=(?:[가-힣)\]"'”’]|[A-Za-z]{3})[.!?…]+["'”’)]?)(\s+)|(\n\s*\n)/g
  let start = 0
  for (const match of text.matchAll(boundary)) {
    const sentence = text.slice(start, match.index)
    if (sentence.trim() !== '') sentences.push({ text: sentence, gap: match[0] })
    else if (sentences.length > 0) sentences.at(-1)!.gap += sentence + match[0]
    start = match.index + match[0].length
  }
  if (start < text.length) sentences.push({ text: text.slice(start), gap: '' })
  return sentences
}

export const joinSentences = (sentences: readonly Sentence[]): string =>
  sentences.map(({ text, gap }) => text + gap).join('')
