import { bootstrapIntervals, type Interval } from './bootstrap.ts'

/**
 * Rows that were scored alike, counted: what one row's judgments (its turns and repeats) add up to. The row
 * is the unit of every interval, because repeats of one row are not independent of each other.
 */
export interface RowGroup {
  /** Judgments of each row, with or without a rating. */
  judgments: number
  rated: number
  ratingSum: number
  /** Points in the diff score and exact hits, over the labelled judgments; 0 without a label. */
  labelled: number
  diffPoints: number
  exact: number
  count: number
}

/** With fewer rows, an order between models is mostly noise: the report says so. */
export const fewRowsThreshold = 50

/** With fewer rows, a bootstrap interval is too narrow to decide a rank. */
export const minRowsToRank = 20

export interface MeanScore {
  rows: number
  judgments: number
  rated: number
  /** Judgments without a rating. */
  wrong: number
  /** Over the rated judgments, 0 to 10. */
  mean_rating: number | null
  /** The mean rating as a fraction: divided by 10. */
  score: number | null
  /** Bootstrap 95% interval of the score. */
  interval: Interval | null
  few_rows: boolean
}

/** Mean of the parsed ratings with its interval; what has no rating is counted, and never as a 0. */
export function meanScore(all: readonly RowGroup[], resamples?: number): MeanScore {
  const groups = merged(all, ({ judgments, rated, ratingSum }) => `${judgments} ${rated} ${ratingSum}`)
  const rows = sum(groups, () => 1)
  const judgments = sum(groups, (group) => group.judgments)
  const rated = sum(groups, (group) => group.rated)
  const score = computeScore(groups)
  return {
    rows,
    judgments,
    rated,
    wrong: judgments - rated,
    mean_rating: score === null ? null : sum(groups, (group) => group.ratingSum) / rated,
    score,
    interval: bootstrapIntervals(groups, { score: computeScore }, { ...(resamples && { resamples }) }).score,
    few_rows: rows < fewRowsThreshold,
  }
}

/** Intervals of the two scores of the model card. */
export function cardIntervals(all: readonly RowGroup[]): Record<'diff' | 'accuracy', Interval | null> {
  const groups = merged(all, ({ labelled, diffPoints, exact }) => `${labelled} ${diffPoints} ${exact}`)
  return bootstrapIntervals(groups, {
    diff: (rows) =>
      ratio(
        rows,
        (row) => row.diffPoints,
        (row) => row.labelled,
      ),
    accuracy: (rows) =>
      ratio(
        rows,
        (row) => row.exact,
        (row) => row.labelled,
      ),
  })
}

/** The mean rating divided by 10, in this order: published scores are rounded from it. */
function computeScore(groups: readonly RowGroup[]): number | null {
  const mean = ratio(
    groups,
    (group) => group.ratingSum,
    (group) => group.rated,
  )
  return mean === null ? null : mean / 10
}

function ratio(
  groups: readonly RowGroup[],
  above: (group: RowGroup) => number,
  below: (group: RowGroup) => number,
): number | null {
  const divisor = sum(groups, below)
  return divisor === 0 ? null : sum(groups, above) / divisor
}

function sum(groups: readonly RowGroup[], value: (group: RowGroup) => number): number {
  return groups.reduce((total, group) => total + group.count * value(group), 0)
}

/** Groups that are alike in what matters, as one: a resample costs the number of groups. */
function merged(groups: readonly RowGroup[], key: (group: RowGroup) => string): RowGroup[] {
  return [...Map.groupBy(groups, key).values()].map((same) => ({
    ...same[0]!,
    count: same.reduce((total, { count }) => total + count, 0),
  }))
}
