/**
 * Exact two-sided McNemar test: `only` and `other` count the rows that just one of two judges gets wrong. The chance
 * of so uneven a split if both were equally good. Source: McNemar (1947); exact by the binomial distribution.
 */
export function mcnemar(only: number, other: number): number {
  const n = only + other
  const k = Math.min(only, other)
  let probability = 0.5 ** n
  let tail = 0
  for (let i = 0; i <= k; i++) {
    tail += probability
    probability *= (n - i) / (i + 1)
  }
  return Math.min(1, 2 * tail)
}
