/** A request of a batch that waits for its answer. */
export interface PendingLine {
  position: number
  customId: string
  request: string
}

const maxChunkCharacters = 300_000

/** Groups lines into chunks that fit into one statement. */
export function* chunkLines(lines: readonly PendingLine[]): Generator<PendingLine[]> {
  let lot: PendingLine[] = []
  let characters = 0
  for (const line of lines) {
    if (characters + line.request.length > maxChunkCharacters && lot.length > 0) {
      yield lot
      lot = []
      characters = 0
    }
    lot.push(line)
    characters += line.request.length
  }
  if (lot.length > 0) yield lot
}
