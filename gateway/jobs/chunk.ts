/** Something that waits to be worked on, with the bytes that whoever works on it is handed. */
export interface Waiting {
  position: number
  bytes: number
}

/** Most that one message of the queue stands for. */
export const pieceSize = 20
/**
 * Most bytes that a message stands for, unless it is one thing alone: the platform carries at most 32 MiB from an
 * object to the queue's worker, where a text may take twice its bytes, and a worker has several messages at a time.
 */
const pieceBytes = 2_000_000

/** Cuts what waits, in the order of its positions, into ranges for messages. */
export function piecesOf(waiting: readonly Waiting[]): { from: number; to: number }[] {
  const pieces: { from: number; to: number }[] = []
  let size = 0
  let bytes = 0
  for (const { position, bytes: more } of waiting) {
    const piece = pieces.at(-1)
    if (piece === undefined || size === pieceSize || bytes + more > pieceBytes) {
      pieces.push({ from: position, to: position + 1 })
      size = 0
      bytes = 0
    } else piece.to = position + 1
    size++
    bytes += more
  }
  return pieces
}
