/** An item that waits in its job, with the bytes that the consumer is handed for it. */
export interface WaitingItem {
  position: number
  bytes: number
}

/** The most items of one message. */
export const maxChunkItems = 20
/**
 * The most bytes of a message, unless it is one item alone: the platform carries at most 32 MiB between an object
 * and the queue's worker, where a text may take twice its bytes and a command holds it more than once.
 */
const maxChunkBytes = 2_000_000

/** The first of these items that one message may stand for; they are sorted by position. */
export function firstChunk(waiting: readonly WaitingItem[]): WaitingItem[] {
  const chunk: WaitingItem[] = []
  let bytes = 0
  for (const item of waiting) {
    bytes += item.bytes
    if (chunk.length > 0 && (chunk.length === maxChunkItems || bytes > maxChunkBytes)) break
    chunk.push(item)
  }
  return chunk
}
