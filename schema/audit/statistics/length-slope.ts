import {
  type BootstrapOptions,
  type Interval,
  percentileInterval,
  resampleStatistics,
} from '../../metrics/bootstrap.ts'

export interface LengthPair {
  /** Length of the variant's answer over that of the row's, above 0. */
  ratio: number
  /** `variant - mean(repeats)`. */
  shift: number
}

/**
 * Points of rating that a doubling of the length brings where the content is the same: least squares through the
 * origin of the shift over log2 of the length ratio; the interval resamples pairs. Null without pairs.
 */
export function lengthSlope(
  pairs: readonly LengthPair[],
  options: BootstrapOptions = {},
): { slope: number; interval: Interval } | null {
  const points = pairs
    .filter(({ ratio }) => ratio > 0 && ratio !== 1)
    .map(({ ratio, shift }) => ({ x: Math.log2(ratio), y: shift, count: 1 }))
  if (points.length === 0) return null
  const slope = (sample: readonly { x: number; y: number; count: number }[]) =>
    sample.reduce((sum, { x, y, count }) => sum + count * x * y, 0) /
    sample.reduce((sum, { x, count }) => sum + count * x * x, 0)
  return {
    slope: slope(points),
    interval: percentileInterval(resampleStatistics(points, { slope }, options).slope)!,
  }
}
