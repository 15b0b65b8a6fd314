import { type Cell, countSize } from './cells.ts'

/** Mean absolute error: `sum |x - y| / n`. Null without data. */
export function meanAbsoluteError(cells: readonly Cell[]): number | null {
  const n = countSize(cells)
  if (n === 0) return null
  return cells.reduce((sum, { x, y, count }) => sum + count * Math.abs(x - y), 0) / n
}

/**
 * Confusion matrix of labels (rows) and ratings (columns), both 0 to 10. Decimals count in the nearest
 * column, halves upwards.
 */
export function confusionMatrix(cells: readonly Cell[]): number[][] {
  const matrix = Array.from({ length: 11 }, () => new Array<number>(11).fill(0))
  for (const { x, y, count } of cells) {
    const row = matrix[Math.round(x)]
    const column = Math.round(y)
    if (row?.[column] !== undefined) row[column] += count
  }
  return matrix
}
