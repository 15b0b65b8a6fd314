import { type Cell, countMargin, countSize } from './cells.ts'

/**
 * Spearman's rank correlation: Pearson's correlation of the ranks, ties sharing the mean of their ranks.
 * Null when one side is constant. Equals `scipy.stats.spearmanr`.
 * Source: Spearman (1904), The proof and measurement of association between two things.
 */
export function spearman(cells: readonly Cell[]): number | null {
  const n = countSize(cells)
  const rankOfX = midranks(countMargin(cells, 'x'))
  const rankOfY = midranks(countMargin(cells, 'y'))
  // every rank list has the mean (n + 1) / 2
  const mean = (n + 1) / 2
  let xx = 0
  let yy = 0
  let xy = 0
  for (const { x, y, count } of cells) {
    const dx = rankOfX.get(x)! - mean
    const dy = rankOfY.get(y)! - mean
    xx += count * dx * dx
    yy += count * dy * dy
    xy += count * dx * dy
  }
  return xx === 0 || yy === 0 ? null : clamp(xy / Math.sqrt(xx * yy))
}

/**
 * Kendall's tau-b: `(C - D) / sqrt((n0 - n1)(n0 - n2))` over all pairs of rows, with C concordant and D
 * discordant pairs, `n0 = n(n-1)/2`, and n1, n2 the pairs tied in x and in y. Null when one side is constant.
 * Equals `scipy.stats.kendalltau`. Source: Kendall (1945), The treatment of ties in ranking problems;
 * counted with a Fenwick tree in O(k log k) for k cells.
 */
export function kendallTauB(cells: readonly Cell[]): number | null {
  const n = countSize(cells)
  const yMargin = countMargin(cells, 'y')
  const position = new Map(yMargin.map(({ value }, index) => [value, index]))
  const seen = new FenwickTree(yMargin.length)
  const byX = [...cells].sort((a, b) => a.x - b.x)
  let balance = 0 // concordant minus discordant
  let total = 0
  for (let start = 0; start < byX.length; ) {
    let end = start
    while (end < byX.length && byX[end]!.x === byX[start]!.x) end++
    const tied = byX.slice(start, end)
    for (const { y, count } of tied) {
      const at = position.get(y)!
      const below = seen.sumBefore(at)
      const above = total - seen.sumBefore(at + 1)
      balance += count * (below - above)
    }
    for (const { y, count } of tied) {
      seen.add(position.get(y)!, count)
      total += count
    }
    start = end
  }
  const untiedInX = pairs(n) - tiedPairs(countMargin(cells, 'x'))
  const untiedInY = pairs(n) - tiedPairs(yMargin)
  if (untiedInX === 0 || untiedInY === 0) return null
  return clamp(balance / Math.sqrt(untiedInX) / Math.sqrt(untiedInY))
}

function midranks(margin: readonly { value: number; count: number }[]): Map<number, number> {
  let before = 0
  return new Map(
    margin.map(({ value, count }) => {
      const rank = before + (count + 1) / 2
      before += count
      return [value, rank]
    }),
  )
}

const pairs = (n: number) => (n * (n - 1)) / 2
const tiedPairs = (margin: readonly { count: number }[]) =>
  margin.reduce((sum, { count }) => sum + pairs(count), 0)
const clamp = (value: number) => Math.max(-1, Math.min(1, value))

/** Sums of prefixes under changing counts. Source: Fenwick (1994). */
class FenwickTree {
  readonly #sums: Float64Array

  constructor(size: number) {
    this.#sums = new Float64Array(size + 1)
  }

  add(position: number, count: number): void {
    for (let at = position + 1; at < this.#sums.length; at += at & -at) this.#sums[at]! += count
  }

  /** The sum of all positions below the one given. */
  sumBefore(position: number): number {
    let sum = 0
    for (let at = position; at > 0; at -= at & -at) sum += this.#sums[at]!
    return sum
  }
}
