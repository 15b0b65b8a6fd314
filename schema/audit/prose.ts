/** A text in pieces: code blocks (fenced, also unfinished), and what lies between them. */
export function splitCode(text: string): { code: boolean; text: string }[] {
  return text
    .split(/(^ {0,3}```[\s\S]*?(?:^ {0,3}```[^\n]*(?:\n|(?![\s\S]))|(?![\s\S])))/m)
    .map((piece, index) => ({ code: index % 2 === 1, text: piece }))
    .filter(({ text: piece }) => piece !== '')
}

/** Changes everything but code blocks. */
export function changeProse(text: string, change: (prose: string) => string): string {
  return splitCode(text)
    .map((piece) => (piece.code ? piece.text : change(piece.text)))
    .join('')
}

export const hasCode = (text: string) => splitCode(text).some(({ code }) => code)

/** Shuffled with every element moved from its place (Sattolo's cycle); needs at least two elements. */
export function derange<T>(items: readonly T[], random: () => number): T[] {
  const shuffled = [...items]
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * last)
    ;[shuffled[last], shuffled[other]] = [shuffled[other]!, shuffled[last]!]
  }
  return shuffled
}
