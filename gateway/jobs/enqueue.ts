/** Most messages that the queue takes at once. */
const mostAtOnce = 100

/** Sends pieces of work to the queue. */
export async function enqueue<Work>(queue: Queue<Work>, work: readonly Work[]): Promise<void> {
  for (let at = 0; at < work.length; at += mostAtOnce) {
    const lot = work.slice(at, at + mostAtOnce)
    await queue.sendBatch(lot.map((body) => ({ body, contentType: 'json' })))
  }
}
