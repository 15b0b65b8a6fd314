import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exchangeTest } from '../../../schema/audit/statistics/exchange-test.ts'
import { holm } from '../../../schema/audit/statistics/holm.ts'
import { lengthSlope } from '../../../schema/audit/statistics/length-slope.ts'
import { mcnemar } from '../../../schema/audit/statistics/mcnemar.ts'
import { reliability } from '../../../schema/audit/statistics/reliability.ts'
import { ratingBand, smallestDifference } from '../../../schema/audit/statistics/separation.ts'
import { seededRandom } from '../../../schema/metrics/random.ts'
import { summarizeRatings } from '../../../schema/metrics/rating-summary.ts'

interface Expected {
  reliability: { ratings: number[][]; within_deviation: number; icc: number }[]
  exchange: { before: number[]; after: number[]; shift: number; rise: number; fall: number }[]
  holm: { p: number[]; adjusted: number[] }[]
  mcnemar: { only: number; other: number; p: number }[]
  slope: { ratio: number[]; shift: number[]; slope: number }[]
  separation: { deviation: number; rows: number; smallest: number; band: number }[]
  summaries: { ratings: number[]; mean: number; median: number; trimmed_mean: number | null }[]
}

/** Written by `tests/fixtures/audit/make.py` with SciPy and statsmodels. */
const expected: Expected = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/audit/expected.json'), 'utf8'),
)

describe('the statistics of audits are those of SciPy and statsmodels', () => {
  it.each(expected.reliability)('intraclass correlation and deviation of repeats', (one) => {
    const found = reliability(one.ratings)
    expect(found.icc).toBeCloseTo(one.icc, 10)
    expect(found.within_deviation).toBeCloseTo(one.within_deviation, 10)
    const [low, high] = found.icc_interval!
    expect(low).toBeLessThan(one.icc)
    expect(high).toBeGreaterThan(one.icc)
  })

  it.each(expected.exchange)('permutation test of a shift', ({ before, after, shift, rise, fall }) => {
    const pairs = before.map((rating, index) => ({ repeats: [rating], variant: after[index]! }))
    const permutations = 20_000
    const found = exchangeTest(pairs, seededRandom(1), permutations)
    expect(found.shift).toBeCloseTo(shift, 10)
    // five standard errors of a p-value that is estimated by drawing
    const within = (p: number) => 5 * Math.sqrt((p * (1 - p)) / permutations) + 2 / permutations
    expect(Math.abs(found.rise - rise)).toBeLessThan(within(rise))
    expect(Math.abs(found.fall - fall)).toBeLessThan(within(fall))
  })

  it.each(expected.holm)("Holm's adjustment of $p.length p-values", ({ p, adjusted }) => {
    for (const [index, value] of holm(p).entries()) expect(value).toBeCloseTo(adjusted[index]!, 12)
  })

  it.each(expected.mcnemar)('exact McNemar test of $only against $other', ({ only, other, p }) => {
    expect(mcnemar(only, other)).toBeCloseTo(p, 12)
  })

  it.each(expected.slope)('slope over the length', ({ ratio, shift, slope }) => {
    const pairs = ratio.map((value, index) => ({ ratio: value, shift: shift[index]! }))
    expect(lengthSlope(pairs)!.slope).toBeCloseTo(slope, 10)
  })

  it.each(expected.separation)('differences beyond a noise of $deviation', (one) => {
    expect(smallestDifference(one.deviation, one.rows)).toBeCloseTo(one.smallest, 12)
    expect(ratingBand(one.deviation)).toBeCloseTo(one.band, 12)
  })

  it.each(expected.summaries)('summaries of $ratings', ({ ratings, mean, median, trimmed_mean: trimmed }) => {
    expect(summarizeRatings(ratings, 'mean')).toBeCloseTo(mean, 12)
    expect(summarizeRatings(ratings, 'median')).toBeCloseTo(median, 12)
    if (trimmed !== null) expect(summarizeRatings(ratings, 'trimmed_mean')).toBeCloseTo(trimmed, 12)
  })
})
