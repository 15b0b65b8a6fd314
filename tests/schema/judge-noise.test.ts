import { expect, it } from 'vitest'
import { poolDeviation, rejudgedInterval } from '../../schema/metrics/judge-noise.ts'
import { seededRandom } from '../../schema/metrics/random.ts'
import { meanScore } from '../../schema/metrics/scores.ts'

const toGroup = (ratings: number[]) => ({
  rated: ratings.length,
  ratingSum: ratings.reduce((sum, rating) => sum + rating, 0),
  ratingSquares: ratings.reduce((sum, rating) => sum + rating ** 2, 0),
  count: 1,
})

it('pools the deviation of repeats by their degrees of freedom', () => {
  // sums of squares 2 and 8 over 1 and 2 degrees of freedom
  expect(poolDeviation([toGroup([4, 6]), toGroup([3, 5, 7])])).toBeCloseTo(Math.sqrt(10 / 3), 12)
  expect(poolDeviation([toGroup([4])])).toBeNull()
  expect(poolDeviation([])).toBeNull()
})

/** Ratings with a spread between rows of 1.5 points and a noise of the judge of 1 point. */
const normal = (random: () => number) =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

it('the interval of a score holds the noise of the judge already: it covers in about 95 of 100 runs', () => {
  const runs = Array.from({ length: 200 }, (_, seed) => {
    const random = seededRandom(seed + 1)
    const groups = Array.from({ length: 60 }, () => {
      const ratingSum = 5 + 1.5 * normal(random) + normal(random)
      return { judgments: 1, rated: 1, ratingSum, labelled: 0, diffPoints: 0, exact: 0, count: 1 }
    })
    const [low, high] = meanScore(groups, 400).interval!
    return low <= 0.5 && 0.5 <= high
  })
  const covered = runs.filter(Boolean).length
  // 95% of such counts lie between 184 and 196
  expect(covered).toBeGreaterThanOrEqual(180)
  expect(covered).toBeLessThanOrEqual(198)
})

it('judged again, the same rows score inside the interval of the noise in about 95 of 100 runs', () => {
  const runs = Array.from({ length: 200 }, (_, seed) => {
    const random = seededRandom(seed + 1)
    const rows = Array.from({ length: 60 }, () => 5 + 1.5 * normal(random))
    const judge = () => rows.reduce((sum, row) => sum + row + normal(random), 0) / rows.length / 10
    const truth = rows.reduce((sum, row) => sum + row, 0) / rows.length / 10
    const [low, high] = rejudgedInterval(judge(), 1, rows.length)
    return low <= truth && truth <= high
  })
  const covered = runs.filter(Boolean).length
  expect(covered).toBeGreaterThanOrEqual(182)
  expect(covered).toBeLessThanOrEqual(198)
})
