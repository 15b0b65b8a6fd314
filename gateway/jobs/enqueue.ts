import type { Work } from './work.ts'

/** The most messages that the queue takes at once. */
const maxMessages = 100

/** Sends chunks to the queue. */
export async function enqueue(queue: Queue<Work>, work: readonly Work[]): Promise<void> {
  for (let at = 0; at < work.length; at += maxMessages) {
    const messages = work.slice(at, at + maxMessages)
    await queue.sendBatch(messages.map((body) => ({ body, contentType: 'json' })))
  }
}
