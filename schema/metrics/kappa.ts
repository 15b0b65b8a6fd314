import { type Cell, countMargin, countSize } from './cells.ts'

/**
 * Cohen's kappa: `1 - observed / expected` disagreement, where expected is what the two margins would give if
 * they were independent. Every distinct value is a category of its own. Null when no disagreement is possible.
 * Equals `sklearn.metrics.cohen_kappa_score`. Source: Cohen (1960), A coefficient of agreement for nominal scales.
 */
export function cohenKappa(cells: readonly Cell[]): number | null {
  const n = countSize(cells)
  const ofY = new Map(countMargin(cells, 'y').map(({ value, count }) => [value, count]))
  const agreed = sum(cells, ({ x, y, count }) => (x === y ? count : 0))
  const byChance = sum(countMargin(cells, 'x'), ({ value, count }) => (count * (ofY.get(value) ?? 0)) / n)
  return kappa(n - agreed, n - byChance)
}

/**
 * Cohen's kappa with the squared difference of the two values as the weight of a disagreement. Equals
 * `cohen_kappa_score(weights='quadratic', labels=range(11))`: without `labels`, scikit-learn squares the
 * distance of positions among the values that occur, which closes gaps in the scale. The expected squares
 * need no table: over independent pairs, `E(x - y)² = E x² + E y² - 2 E x E y`.
 * Source: Cohen (1968), Weighted kappa.
 */
export function quadraticWeightedKappa(cells: readonly Cell[]): number | null {
  const n = countSize(cells)
  const observed = sum(cells, ({ x, y, count }) => count * (x - y) ** 2)
  const squares = sum(cells, ({ x, y, count }) => count * (x * x + y * y))
  const products = (sum(cells, ({ x, count }) => count * x) * sum(cells, ({ y, count }) => count * y)) / n
  return kappa(observed, squares - 2 * products)
}

const kappa = (observed: number, expected: number) => (expected > 1e-9 ? 1 - observed / expected : null)

const sum = <T>(entries: readonly T[], value: (entry: T) => number) =>
  entries.reduce((total, entry) => total + value(entry), 0)
