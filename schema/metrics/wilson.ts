import type { Interval } from './bootstrap.ts'

/** The 97.5th percentile of the normal distribution. */
const z = 1.959963984540054

/**
 * Wilson's 95% score interval of a share: with `p = hits / n`,
 * `(p + z^2/2n ± z sqrt(p(1 - p)/n + z^2/4n^2)) / (1 + z^2/n)`. Unlike a bootstrap it is honest where nothing was
 * hit: 0 of 20 may well be 10%. Null without data.
 * Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
 */
export function wilsonInterval(hits: number, n: number): Interval | null {
  if (n === 0) return null
  const share = hits / n
  const scale = 1 + (z * z) / n
  const center = (share + (z * z) / (2 * n)) / scale
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / scale
  return [Math.max(0, center - half), Math.min(1, center + half)]
}
