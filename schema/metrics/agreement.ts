import { bootstrapIntervals, type Interval } from './bootstrap.ts'
import { type Cell, countSize } from './cells.ts'
import { kendallTauB, spearman } from './correlation.ts'
import { confusionMatrix, meanAbsoluteError } from './deviation.ts'
import { cohenKappa, quadraticWeightedKappa } from './kappa.ts'

/** The statistics of agreement between labels (x) and ratings (y), by name. */
const statistics = {
  spearman,
  kendall_tau_b: kendallTauB,
  cohen_kappa: cohenKappa,
  quadratic_weighted_kappa: quadraticWeightedKappa,
  mean_absolute_error: meanAbsoluteError,
}

export type AgreementStatistic = keyof typeof statistics

export type Agreement = Record<AgreementStatistic, number | null> & {
  /** Labelled judgments that have a rating; the others are not compared. */
  pairs: number
  intervals: Record<AgreementStatistic, Interval | null>
  /** Labels down, ratings across, 0 to 10. */
  confusion: number[][]
}

/**
 * Agreement of ratings with labels. Repeats of a row are not independent, so for the intervals as many pairs
 * are drawn as there are rows.
 */
export function agreement(cells: readonly Cell[], rows: number = countSize(cells)): Agreement {
  return {
    ...agreementValues(cells),
    intervals: bootstrapIntervals(cells, statistics, { resamples: resamplesFor(cells.length), draws: rows }),
    confusion: confusionMatrix(cells),
  }
}

/** The statistics alone, without intervals: cheap enough to be computed with every label. */
export function agreementValues(cells: readonly Cell[]): Pick<Agreement, 'pairs' | AgreementStatistic> {
  const pairs = countSize(cells)
  const values = Object.entries(statistics).map(([name, statistic]) => [
    name,
    pairs === 0 ? null : statistic(cells),
  ])
  return { pairs, ...(Object.fromEntries(values) as Record<AgreementStatistic, number | null>) }
}

/** Fewer resamples for many different pairs, so that broken ratings do not make a report slow. */
const resamplesFor = (cells: number) =>
  Math.round(Math.max(200, Math.min(1000, 100_000 / Math.max(1, cells))))
