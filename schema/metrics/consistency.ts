/** Repeated judgments of one row and turn, counted over the rows that came out alike. */
export interface RepeatGroup {
  /** Rated repeats, at least 2. */
  rated: number
  ratingSum: number
  ratingSquares: number
  lowest: number
  highest: number
  count: number
}

export interface Consistency {
  /** Rows and turns with at least two rated repeats. */
  compared: number
  /** Share of them where all repeats gave the same rating. */
  identical: number | null
  /** Mean standard deviation between repeats (divisor n - 1), in points of the rating. */
  mean_deviation: number | null
  /** Mean distance between the lowest and the highest rating. */
  mean_range: number | null
  widest_range: number | null
}

/** Consistency of a judge over repeats: spread of the ratings within each row, averaged. */
export function consistency(groups: readonly RepeatGroup[]): Consistency {
  const compared = groups.reduce((sum, { count }) => sum + count, 0)
  const mean = (value: (group: RepeatGroup) => number) =>
    compared === 0 ? null : groups.reduce((sum, group) => sum + group.count * value(group), 0) / compared
  return {
    compared,
    identical: mean(({ lowest, highest }) => (lowest === highest ? 1 : 0)),
    mean_deviation: mean(deviation),
    mean_range: mean(({ lowest, highest }) => highest - lowest),
    widest_range: compared === 0 ? null : Math.max(...groups.map(({ lowest, highest }) => highest - lowest)),
  }
}

function deviation({ rated, ratingSum, ratingSquares }: RepeatGroup): number {
  const variance = (ratingSquares - (ratingSum * ratingSum) / rated) / (rated - 1)
  return Math.sqrt(Math.max(0, variance))
}
