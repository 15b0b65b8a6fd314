import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { languagesDiffer, mainScript } from '../../schema/judge/script.ts'
import { agreement } from '../../schema/metrics/agreement.ts'
import { bootstrapIntervals } from '../../schema/metrics/bootstrap.ts'
import { accuracy, diffScore } from '../../schema/metrics/card-tables.ts'
import { type Cell, countPairs } from '../../schema/metrics/cells.ts'
import { consistency } from '../../schema/metrics/consistency.ts'
import { languageRule } from '../../schema/metrics/language-rule.ts'
import { rank } from '../../schema/metrics/leaderboard.ts'
import { pairedBootstrap } from '../../schema/metrics/paired.ts'
import { binomial, seededRandom } from '../../schema/metrics/random.ts'
import { fewRowsThreshold, meanScore, minRowsToRank, type RowGroup } from '../../schema/metrics/scores.ts'
import { wilsonInterval } from '../../schema/metrics/wilson.ts'

interface Fixtures {
  cases: { name: string; x: number[]; y: number[]; expected: Record<string, number | number[][]> }[]
  intervals: { name: string; values: number[]; expected: [number, number] }[]
  paired: { x: number[]; y: number[]; difference: number; expected: [number, number] }
}
const fixtures: Fixtures = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/metrics/expected.json'), 'utf8'),
)
const mean = (cells: readonly Cell[]) => {
  const n = cells.reduce((sum, { count }) => sum + count, 0)
  return n === 0 ? null : cells.reduce((sum, { y, count }) => sum + y * count, 0) / n
}
const ofRatings = (ratings: number[]) => countPairs(ratings, ratings)

describe('agreement, as SciPy and scikit-learn compute it', () => {
  it.each(fixtures.cases)('$name', ({ x, y, expected }) => {
    const computed = agreement(countPairs(x, y))
    for (const [name, value] of Object.entries(expected)) {
      if (name === 'confusion') expect(computed.confusion).toEqual(value)
      else expect(computed[name as 'spearman'], name).toBeCloseTo(value as number, 12)
    }
    expect(computed.pairs).toBe(x.length)
    const [low, high] = computed.intervals.spearman!
    expect(low).toBeLessThan(computed.spearman!)
    expect(high).toBeGreaterThan(computed.spearman!)
  })

  it('is undefined, not 0, where there is nothing to agree on', () => {
    expect(agreement([])).toMatchObject({
      pairs: 0,
      spearman: null,
      cohen_kappa: null,
      mean_absolute_error: null,
    })
    const constant = agreement(countPairs([5, 5, 5], [1, 2, 3]))
    expect(constant).toMatchObject({ spearman: null, kendall_tau_b: null, intervals: { spearman: null } })
    expect(constant.mean_absolute_error).toBe(3)
    const alike = agreement(countPairs([5, 5], [5, 5]))
    expect(alike).toMatchObject({ cohen_kappa: null, quadratic_weighted_kappa: null })
  })

  it('counts a rating of 0 as the rating it is', () => {
    const computed = agreement(countPairs([0, 0, 10], [0, 10, 10]))
    expect(computed.confusion[0]![0]).toBe(1)
    expect(computed.confusion[0]![10]).toBe(1)
    expect(computed.mean_absolute_error).toBeCloseTo(10 / 3, 12)
  })

  it('counts a broken rating in the nearest column, halves upwards', () => {
    const [, row] = agreement(countPairs([1, 1, 1], [7.4, 7.5, 8])).confusion
    expect(row!.slice(7, 9)).toEqual([1, 2])
  })

  it('is as sure as its rows make it, however often each was judged', () => {
    const pairs = countPairs([0, 2, 5, 7, 9, 10], [1, 2, 4, 8, 7, 10])
    const judgedFourTimes = pairs.map((cell) => ({ ...cell, count: 4 }))
    const once = agreement(pairs).intervals
    expect(agreement(judgedFourTimes, 6).intervals).toEqual(once)
    const [low, high] = agreement(judgedFourTimes).intervals.mean_absolute_error!
    expect(high - low).toBeLessThan(once.mean_absolute_error![1] - once.mean_absolute_error![0])
  })
})

describe('bootstrap intervals', () => {
  it('cost no more for twenty thousand different rows than for a few thousand, and are about the same', () => {
    const cells = Array.from({ length: 20_000 }, (_, i) => ({
      x: ((i * 7919) % 20_000) / 2000,
      y: i % 11,
      count: 1,
    }))
    let rows = 0
    const mean = (sample: readonly Cell[]) => {
      rows += sample.length
      const size = sample.reduce((sum, { count }) => sum + count, 0)
      return sample.reduce((sum, { x, count }) => sum + count * x, 0) / size
    }
    const [low, high] = bootstrapIntervals(cells, { mean }, { resamples: 2000 }).mean!
    expect(rows).toBeLessThan(500_000)
    // the mean of an even spread over 0..10 has a standard error of 10 / sqrt(12 n)
    const half = (1.96 * 10) / Math.sqrt(12 * 20_000)
    expect((high - low) / 2).toBeGreaterThan(half * 0.85)
    expect((high - low) / 2).toBeLessThan(half * 1.15)
    expect((high + low) / 2).toBeCloseTo(5, 1)
    rows = 0
    pairedBootstrap(cells)
    expect(agreement(cells).intervals.spearman![0]).toBeLessThan(0)
  })

  it.each(fixtures.intervals)('$name: as SciPy draws them', ({ values, expected }) => {
    const { mean: interval } = bootstrapIntervals(ofRatings(values), { mean }, { resamples: 20_000 })
    const tolerance = 0.06 * (expected[1] - expected[0])
    expect(Math.abs(interval![0] - expected[0])).toBeLessThan(tolerance)
    expect(Math.abs(interval![1] - expected[1])).toBeLessThan(tolerance)
  })

  it('repeat with their seed and change with it', () => {
    const cells = ofRatings(fixtures.intervals[1]!.values)
    const draw = (seed: number) => bootstrapIntervals(cells, { mean }, { seed, resamples: 200 }).mean
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  it('of a hundred thousand rows cost no more than those of a hundred', () => {
    const cells = Array.from({ length: 11 }, (_, rating) => ({ x: 0, y: rating, count: 9091 }))
    const { mean: interval } = bootstrapIntervals(cells, { mean })
    // the normal approximation is exact enough at this size: 5 ± 1.96 * sqrt(10) / sqrt(n)
    const half = (1.96 * Math.sqrt(10)) / Math.sqrt(100_001)
    expect(interval![0]).toBeCloseTo(5 - half, 2)
    expect(interval![1]).toBeCloseTo(5 + half, 2)
  })

  it('of two models are paired row by row', () => {
    const { x, y, difference, expected } = fixtures.paired
    const compared = pairedBootstrap(countPairs(x, y), { resamples: 20_000 })
    expect(compared.difference).toBeCloseTo(difference, 12)
    expect(compared.interval![0]).toBeCloseTo(expected[0], 1)
    expect(compared.interval![1]).toBeCloseTo(expected[1], 1)
    expect(compared.p_value).toBeLessThan(0.05)
    const rowsWhere = (holds: (x: number, y: number) => boolean) =>
      x.filter((value: number, row: number) => holds(value, y[row]!)).length
    expect(compared.wins).toEqual({
      x: rowsWhere((ofX, ofY) => ofX > ofY),
      y: rowsWhere((ofX, ofY) => ofX < ofY),
      tie: rowsWhere((ofX, ofY) => ofX === ofY),
    })
    expect(pairedBootstrap(countPairs(x, x)).p_value).toBe(1)
    // no resample on the other side is still no proof: Davison and Hinkley (1997), Bootstrap methods, 4.2
    const ten = Array.from({ length: 10 }, (_, index) => index)
    const higher = ten.map((value) => value + 1)
    expect(pairedBootstrap(countPairs(ten, higher), { resamples: 99 }).p_value).toBe(0.02)
    // one row, or two, may differ by chance
    expect(pairedBootstrap(countPairs([9], [1])).p_value).toBe(1)
    expect(pairedBootstrap(countPairs([9, 8, 5], [1, 1, 5])).p_value).toBe(0.5)
  })
})

describe("Wilson's interval", () => {
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is that of Newcombe (1998), table I, method 3', (hits, n, low, high) => {
    const interval = wilsonInterval(hits, n)!
    expect(interval[0]).toBeCloseTo(low, 4)
    expect(interval[1]).toBeCloseTo(high, 4)
  })
})

describe('binomial draws', () => {
  it.each([
    [40, 0.1],
    [5000, 0.3],
    [5000, 0.98],
    [90_000, 0.001],
  ])('of %i trials at %f have the mean and the variance they should', (n, p) => {
    const random = seededRandom(5)
    const draws = Array.from({ length: 20_000 }, () => binomial(n, p, random))
    const average = draws.reduce((sum, k) => sum + k, 0) / draws.length
    const variance = draws.reduce((sum, k) => sum + (k - average) ** 2, 0) / draws.length
    const deviation = Math.sqrt(n * p * (1 - p))
    expect(Math.abs(average - n * p)).toBeLessThan((5 * deviation) / Math.sqrt(draws.length))
    expect(variance / deviation ** 2).toBeGreaterThan(0.95)
    expect(variance / deviation ** 2).toBeLessThan(1.05)
    expect(draws.every((k) => Number.isInteger(k) && k >= 0 && k <= n)).toBe(true)
  })

  it('are sure where there is no chance', () => {
    const random = seededRandom(1)
    expect([binomial(7, 0, random), binomial(7, 1, random), binomial(0, 0.5, random)]).toEqual([0, 7, 0])
  })
})

describe('the model card tables', () => {
  const cells = countPairs([8, 8, 8, 8], [8, 8.5, 9, 6])

  it('give half a point within 1, also to a broken rating, and nothing to what has none', () => {
    const table = diffScore(cells, 1)
    expect(table.score).toBe((1 + 0.5 + 0.5) / 5)
    expect(table).toMatchObject({ wrong: 1, length: 5, counts: { 0: 1, 1: 2, 2: 1, 3: 0, 10: 0 } })
    expect(accuracy(cells, 1)).toMatchObject({ score: 1 / 5, wrong: 1, length: 5, counts: { 8: 1, 9: 0 } })
  })

  it('take decimals for what they say: 9.3 and 8.3 are 1 apart', () => {
    expect(diffScore(countPairs([8.3], [9.3]), 0)).toMatchObject({ score: 0.5, counts: { 1: 1, 2: 0 } })
  })

  it('have no score without data', () => {
    expect(diffScore([], 0).score).toBeNull()
    expect(accuracy([], 3).score).toBe(0)
  })
})

describe('means', () => {
  const row = (ratings: (number | null)[], count = 1): RowGroup => {
    const rated = ratings.filter((rating) => rating !== null)
    const ratingSum = rated.reduce((sum, rating) => sum + rating, 0)
    return {
      judgments: ratings.length,
      rated: rated.length,
      ratingSum,
      labelled: 0,
      diffPoints: 0,
      exact: 0,
      count,
    }
  }

  it('leave out what has no rating, count it, and keep a 0', () => {
    expect(meanScore([row([0]), row([10]), row([null])])).toMatchObject({
      rows: 3,
      rated: 2,
      wrong: 1,
      mean_rating: 5,
      score: 0.5,
      few_rows: true,
    })
    expect(meanScore([row([null], 60)])).toMatchObject({ mean_rating: null, score: null, interval: null })
  })

  it('take the row as the unit: repeats of the same rows do not narrow the interval', () => {
    const width = (groups: RowGroup[]) => {
      const [low, high] = meanScore(groups).interval!
      return high - low
    }
    const once = width([row([2], 50), row([8], 50)])
    expect(width([row([2, 2, 2, 2], 50), row([8, 8, 8, 8], 50)])).toBeCloseTo(once, 10)
  })

  it('need enough rows before they rank', () => {
    expect(meanScore([row([5], fewRowsThreshold - 1)]).few_rows).toBe(true)
    expect(meanScore([row([5], fewRowsThreshold)]).few_rows).toBe(false)
  })
})

describe('the leaderboard', () => {
  it('shares a rank where intervals overlap, says from whom a model is not separated, and ranks no tiny set', () => {
    const scored = (model: string, score: number | null, low: number, high: number, rows = 42) => ({
      model,
      rows,
      score,
      interval: score === null ? null : ([low, high] as [number, number]),
    })
    const ranked = rank([
      scored('c', 0.4, 0.35, 0.45),
      scored('b', 0.58, 0.5, 0.66),
      scored('a', 0.62, 0.55, 0.7),
      scored('few', 0.9, 0.2, 1, minRowsToRank - 1),
      scored('silent', null, 0, 0),
    ])
    expect(
      ranked.map(({ model, rank, unranked, not_separated_from }) => [
        model,
        rank,
        unranked,
        not_separated_from,
      ]),
    ).toEqual([
      ['few', null, 'too_few_rows', []],
      ['a', 1, null, ['b']],
      ['b', 1, null, ['a']],
      ['c', 3, null, []],
      ['silent', null, 'no_ratings', []],
    ])
  })
})

describe('consistency over repeats', () => {
  it('measures the spread within rows', () => {
    const group = (ratings: number[]) => ({
      rated: ratings.length,
      ratingSum: ratings.reduce((a, b) => a + b, 0),
      ratingSquares: ratings.reduce((a, b) => a + b * b, 0),
      lowest: Math.min(...ratings),
      highest: Math.max(...ratings),
      count: 1,
    })
    expect(consistency([group([5, 5, 5]), group([4, 6])])).toEqual({
      compared: 2,
      identical: 0.5,
      mean_deviation: Math.SQRT2 / 2,
      mean_range: 1,
      widest_range: 2,
    })
    expect(consistency([])).toMatchObject({ compared: 0, identical: null, widest_range: null })
  })
})

describe('the language rule', () => {
  it.each([
    ['대한민국의 수도는 어디인가요?', 'hangul'],
    ['Python의 list comprehension을 설명해 주세요.', 'hangul'],
    ['The capital of Korea is Seoul.', 'latin'],
    ['韩国的首都是首尔，这是一座大城市。', 'chinese'],
    ['韓国の首都はソウルです。とても大きな都市です。', 'japanese'],
    ['```python\nprint("hello world, how are you")\n```', null],
    ['42', null],
    ['서울 is the capital of 대한민국 and it is big', null],
  ])('reads the script of %j', (text, script) => {
    expect(mainScript(text)).toBe(script)
  })

  it('compares question and answer, and says nothing where it cannot tell', () => {
    expect(languagesDiffer('수도가 어디인지 말해 주세요.', 'The capital is Seoul.')).toBe(true)
    expect(languagesDiffer('수도가 어디인지 말해 주세요.', '수도는 서울입니다.')).toBe(false)
    expect(languagesDiffer('최댓값을 구하는 코드를 쓰세요.', '```js\nMath.max(...numbers)\n```')).toBeNull()
  })

  it('meets the judge in a table', () => {
    const cell = (differ: boolean, zero: boolean, count: number) => ({ differ, zero, count })
    expect(
      languageRule([cell(true, true, 3), cell(true, false, 2), cell(false, true, 1), cell(false, false, 9)]),
    ).toEqual({ checked: 15, followed: 3, missed: 2, zero_without_signal: 1, neither: 9 })
  })
})
