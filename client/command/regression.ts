import type { Comparison } from '../api/api-types.ts'

type Paired = Pick<Comparison['rating'], 'pairs' | 'difference' | 'p_value'>

/** The one-sided p-value: half of the two-sided one. Null where nothing is compared. */
export function getOneSidedP({ pairs, difference, p_value: p }: Paired): number | null {
  return pairs === 0 || difference === null || p === null ? null : p / 2
}

/**
 * Returns whether y is lower than x, so much that a difference like this would come with a probability of at most alpha if
 * nothing had changed.
 */
export function isRegression(rating: Paired, alpha: number): boolean {
  const p = getOneSidedP(rating)
  return p !== null && rating.difference! < 0 && p <= alpha
}
