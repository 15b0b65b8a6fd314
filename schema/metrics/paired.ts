import { type BootstrapOptions, type Interval, percentileInterval, resampleStatistics } from './bootstrap.ts'
import { type Cell, countSize } from './cells.ts'

export interface PairedComparison {
  pairs: number
  /** Mean of `y - x`. */
  difference: number | null
  interval: Interval | null
  /**
   * Two-sided: twice the smaller share of resamples on either side of 0, at most 1. Never below what the rows that differ
   * can show at all: of `n` fair coins, all fall alike with a probability of 2^(1-n).
   */
  p_value: number | null
  /** Rows where y is above, equal, below. */
  wins: { y: number; tie: number; x: number }
}

/**
 * Paired bootstrap: the same rows scored twice (two models, or two judges), rows resampled together, so that
 * what makes a row hard for both cancels out.
 * Source: Koehn (2004), Statistical significance tests for machine translation evaluation.
 */
export function pairedBootstrap(cells: readonly Cell[], options: BootstrapOptions = {}): PairedComparison {
  const pairs = countSize(cells)
  const wins = { y: 0, tie: 0, x: 0 }
  for (const { x, y, count } of cells) wins[y > x ? 'y' : y < x ? 'x' : 'tie'] += count
  if (pairs === 0) return { pairs, difference: null, interval: null, p_value: null, wins }
  const { difference: differences } = resampleStatistics(cells, { difference: meanDifference }, options)
  const notAbove = differences.filter((difference) => difference <= 0).length
  const notBelow = differences.filter((difference) => difference >= 0).length
  const share = (2 * (Math.min(notAbove, notBelow) + 1)) / (differences.length + 1)
  return {
    pairs,
    difference: meanDifference(cells),
    interval: percentileInterval(differences),
    p_value: Math.min(1, Math.max(share, 2 ** (1 - wins.y - wins.x))),
    wins,
  }
}

function meanDifference(cells: readonly Cell[]): number {
  return cells.reduce((sum, { x, y, count }) => sum + count * (y - x), 0) / countSize(cells)
}
