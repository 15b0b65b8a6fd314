/** An answer and the reasoning that came before it. */
export interface SplitAnswer {
  answer: string
  reasoning: string | null
}

const openingTag = /^\s*<(think|thinking|reasoning)>/

/**
 * Splits the reasoning block at the beginning of a text from the answer. A block that never ends is reasoning as a
 * whole; a closing tag without an opening one ends reasoning that the chat template began.
 */
export function splitReasoning(text: string): SplitAnswer {
  const opening = openingTag.exec(text)
  const closingTag = `</${opening?.[1] ?? 'think'}>`
  const start = opening?.[0].length ?? 0
  const end = text.indexOf(closingTag)
  if (end === -1)
    return opening === null
      ? { answer: text.trim(), reasoning: null }
      : { answer: '', reasoning: text.slice(start).trim() }
  if (opening === null && text.slice(0, end).includes('<think>'))
    return { answer: text.trim(), reasoning: null }
  return {
    answer: text.slice(end + closingTag.length).trim(),
    reasoning: text.slice(start, end).trim() || null,
  }
}

/** The text that is judged when the reasoning is judged together with the answer. */
export const joinReasoning = ({ answer, reasoning }: SplitAnswer): string =>
  reasoning === null ? answer : `<think>\n${reasoning}\n</think>\n\n${answer}`
