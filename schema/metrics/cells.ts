/**
 * Pairs of numbers, counted. Ratings are few (0 to 10), so a hundred thousand rows are some dozens of cells,
 * and every statistic here costs the number of cells, not the number of rows.
 */
export interface Cell {
  /** The label, or the first of the two values compared. */
  x: number
  /** The rating, or the second. */
  y: number
  count: number
}

/** Counts the pairs `(xs[i], ys[i])`. */
export function countPairs(xs: readonly number[], ys: readonly number[]): Cell[] {
  if (xs.length !== ys.length) throw new RangeError('both lists must have the same length')
  const cells = new Map<string, Cell>()
  xs.forEach((x, index) => {
    const y = ys[index]!
    const key = `${x} ${y}`
    const cell = cells.get(key)
    if (cell === undefined) cells.set(key, { x, y, count: 1 })
    else cell.count++
  })
  return [...cells.values()]
}

/** Counts the pairs of the cells. */
export const countSize = (cells: readonly { count: number }[]): number =>
  cells.reduce((sum, { count }) => sum + count, 0)

/** Counts each value of one side, in ascending order. */
export function countMargin(cells: readonly Cell[], side: 'x' | 'y'): { value: number; count: number }[] {
  const counts = new Map<number, number>()
  for (const cell of cells) counts.set(cell[side], (counts.get(cell[side]) ?? 0) + cell.count)
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => a.value - b.value)
}
