import { type BootstrapOptions, bootstrapIntervals, type Interval } from '../../metrics/bootstrap.ts'

export interface Reliability {
  /** Rows with at least two ratings. */
  rows: number
  /** Pooled standard deviation of repeats of the same row, in points. Null without repeats. */
  within_deviation: number | null
  /**
   * One-way intraclass correlation, ICC(1): the share of the variance that rows explain. Null where neither
   * rows nor repeats differ.
   */
  icc: number | null
  icc_interval: Interval | null
}

/** Repeated ratings of one row, as sums: what an analysis of variance needs of it. */
interface Group {
  n: number
  mean: number
  squares: number
  count: number
}

/**
 * Reliability of a judge's repeats. ICC(1) = (MSB - MSW) / (MSB + (k0 - 1) MSW) with the mean squares between and
 * within rows and k0 repeats per row (its unbalanced form); the interval resamples rows.
 * Source: Shrout and Fleiss (1979), Intraclass correlations: uses in assessing rater reliability.
 */
export function reliability(
  rows: readonly (readonly number[])[],
  options: BootstrapOptions = {},
): Reliability {
  const groups = rows.filter((ratings) => ratings.length >= 2).map(toGroup)
  const { icc } = bootstrapIntervals(groups, { icc: intraclass }, options)
  return {
    rows: groups.length,
    within_deviation: withinDeviation(groups),
    icc: intraclass(groups),
    icc_interval: icc,
  }
}

function toGroup(ratings: readonly number[]): Group {
  const mean = ratings.reduce((sum, rating) => sum + rating, 0) / ratings.length
  const squares = ratings.reduce((sum, rating) => sum + (rating - mean) ** 2, 0)
  return { n: ratings.length, mean, squares, count: 1 }
}

function withinDeviation(groups: readonly Group[]): number | null {
  const freedom = groups.reduce((sum, { n, count }) => sum + count * (n - 1), 0)
  if (freedom === 0) return null
  return Math.sqrt(groups.reduce((sum, { squares, count }) => sum + count * squares, 0) / freedom)
}

function intraclass(groups: readonly Group[]): number | null {
  const rows = groups.reduce((sum, { count }) => sum + count, 0)
  const ratings = groups.reduce((sum, { n, count }) => sum + count * n, 0)
  if (rows < 2) return null
  const grand = groups.reduce((sum, { n, mean, count }) => sum + count * n * mean, 0) / ratings
  const between =
    groups.reduce((sum, { n, mean, count }) => sum + count * n * (mean - grand) ** 2, 0) / (rows - 1)
  const within = groups.reduce((sum, { squares, count }) => sum + count * squares, 0) / (ratings - rows)
  const k0 = (ratings - groups.reduce((sum, { n, count }) => sum + count * n * n, 0) / ratings) / (rows - 1)
  const total = between + (k0 - 1) * within
  return total === 0 ? null : (between - within) / total
}
