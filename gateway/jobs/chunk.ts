/** Something that waits to be worked on, with the bytes that whoever works on it is handed. */
export interface Waiting {
  position: number
  bytes: number
}

/** Most that one message of the queue stands for. */
export const maxChunkItems = 20
/**
 * Most bytes that a message stands for, unless it is one thing alone: the platform carries at most 32 MiB from an
 * object to the queue's worker, where a text may take twice its bytes, and a worker has several messages at a time.
 */
const maxChunkBytes = 2_000_000

/** Cuts what waits, in the order of its positions, into ranges for messages. */
export function chunk(waiting: readonly Waiting[]): { from: number; to: number }[] {
  const chunks: { from: number; to: number }[] = []
  let size = 0
  let bytes = 0
  for (const { position, bytes: more } of waiting) {
    const last = chunks.at(-1)
    if (last === undefined || size === maxChunkItems || bytes + more > maxChunkBytes) {
      chunks.push({ from: position, to: position + 1 })
      size = 0
      bytes = 0
    } else last.to = position + 1
    size++
    bytes += more
  }
  return chunks
}
