/** Most messages that the queue takes at once. */
const mostAtOnce = 100

/** Sends pieces of work to the queue. */
export async function handOut<Work>(queue: Queue<Work>, work: readonly Work[]): Promise<void> {
  for (let at = 0; at < work.length; at += mostAtOnce) {
    const lot = work.slice(at, at + mostAtOnce)
    await queue.sendBatch(lot.map((body) => ({ body, contentType: 'json' })))
  }
}

/** Sorted positions as spans, each from its first position up to behind its last, with so many of them at most. */
export function spansOf(positions: readonly number[], most: number): { from: number; to: number }[] {
  const spans: { from: number; to: number }[] = []
  for (let at = 0; at < positions.length; at += most) {
    const last = Math.min(at + most, positions.length) - 1
    spans.push({ from: positions[at]!, to: positions[last]! + 1 })
  }
  return spans
}
