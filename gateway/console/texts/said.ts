/** What changes from one use of a sentence to the next: numbers, and names of templates. */
const parts = /single-(?:math-)?v1(?:-multi-turn)?|-?\d+(?:\.\d+)?/g

/**
 * A sentence of the API in the reader's language, or null where the table of sentences does not know it.
 * `client-scripts/said.js` does the same on a page.
 */
export function said(sentences: Record<string, string>, sentence: string): string | null {
  const whole = sentences[sentence]
  if (whole !== undefined) return whole
  const values = (sentence.match(parts) ?? []).values()
  return sentences[sentence.replace(parts, '{}')]?.replace(/\{\}/g, () => values.next().value ?? '') ?? null
}
