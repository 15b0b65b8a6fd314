/** What changes from one use of a sentence to the next: numbers, and names of templates. */
const parts = /single-(?:math-)?v1(?:-multi-turn)?|-?\d+(?:\.\d+)?/g

/**
 * Writes a sentence of the API into an element: in the reader's language where the table knows it, else as it is,
 * marked as English.
 * @param {Element} element @param {Record<string, string>} sentences @param {string} sentence
 */
export function say(element, sentences, sentence) {
  const values = sentence.match(parts) ?? []
  let next = 0
  const known =
    sentences[sentence] ??
    sentences[sentence.replace(parts, '{}')]?.replace(/\{\}/g, () => values[next++] ?? '')
  element.textContent = known ?? sentence
  if (known === undefined) element.setAttribute('lang', 'en')
  else element.removeAttribute('lang')
}
