import type { Interval } from './bootstrap.ts'
import type { RepeatGroup } from './consistency.ts'

const z = 1.959963984540054

/** Standard deviation of repeats of one row, pooled over rows by their degrees of freedom; null without repeats. */
export function poolDeviation(
  groups: readonly Pick<RepeatGroup, 'rated' | 'ratingSum' | 'ratingSquares' | 'count'>[],
): number | null {
  const sum = (value: (group: (typeof groups)[number]) => number) =>
    groups.reduce((total, group) => total + group.count * value(group), 0)
  const freedom = sum(({ rated }) => rated - 1)
  if (freedom === 0) return null
  const squares = sum(({ rated, ratingSum, ratingSquares }) => ratingSquares - ratingSum ** 2 / rated)
  return Math.sqrt(Math.max(0, squares) / freedom)
}

/**
 * The 95% interval in which a score (0 to 1) over `rated` judgments would lie if the same rows were judged again:
 * the judge's noise alone. The bootstrap interval of a score holds this noise already, beside the choice of the rows.
 */
export function rejudgedInterval(score: number, deviation: number, rated: number): Interval {
  const half = (z * deviation) / (10 * Math.sqrt(rated))
  return [Math.max(0, score - half), Math.min(1, score + half)]
}
