/**
 * Position of a row of queries or keys when the rows of each head are stored in the pairs that are rotated together,
 * as llama.cpp wants them: Hugging Face rotates row i of a head with row i + headSize / 2.
 */
export function toStoredRow(row: number, headSize: number): number {
  const half = headSize / 2
  const within = row % headSize
  return row - within + 2 * (within % half) + Math.floor(within / half)
}
