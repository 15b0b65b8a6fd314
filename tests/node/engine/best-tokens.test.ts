import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exponentialBelow, stepsPerUnit } from '../../../inference-node/engine/sampling/exponential.ts'
import type { SamplingParameters } from '../../../inference-node/engine/sampling/parameters.ts'
import { Sampler, UnusableLogits } from '../../../inference-node/engine/sampling/sampler.ts'
import { type BestLogits, countSumBlocks, sumErrorBound } from '../../../inference-node/model/best-logits.ts'

const neutral: SamplingParameters = { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }

/** The definition of a draw, with whole numbers of any size and a plain sort. */
function draw(logits: Float32Array, parameters: SamplingParameters, random: number): number {
  const { temperature, topK, topP, minP } = parameters
  const ranked = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || a - b)
  if (temperature === 0) return ranked[0]!
  const best = logits[ranked[0]!]!
  const reach = minP > 0 ? Math.min(24, -Math.log(minP)) : 24
  let kept = ranked.filter((id) => logits[id]! >= best - reach * temperature)
  if (topK > 0) kept = kept.slice(0, topK)
  const weigh = (id: number) => {
    const steps = Math.min(
      reach * stepsPerUnit,
      (best - logits[id]!) * Math.min(Number.MAX_VALUE, stepsPerUnit / temperature),
    )
    return BigInt(2 ** 34 * exponentialBelow(steps) + 2 ** 52 - 2 ** 52)
  }
  const find = (enough: (weight: number) => boolean) => {
    let weight = 0n
    return kept.findIndex((id) => {
      weight += weigh(id)
      return enough(Number(weight))
    })
  }
  const sum = () => Number(kept.reduce((weight, id) => weight + weigh(id), 0n))
  if (topP < 1) {
    const wanted = topP * sum()
    kept = kept.slice(0, find((weight) => weight >= wanted) + 1)
  }
  const target = Math.min(random * sum(), sum() - 1)
  return kept[find((weight) => weight > target)]!
}

/** A graph's outputs for a row: any of equal logits may be chosen, and the sum may deviate up to the bound. */
function toBest(logits: Float32Array, count: number, choice: number, off: number): BestLogits {
  const jumbled = (id: number) => (Math.imul(id + 1, 0x9e3779b1) ^ choice) >>> 0
  const ranked = [...logits.keys()].sort((a, b) => logits[b]! - logits[a]! || jumbled(a) - jumbled(b))
  const ids = Int32Array.from(ranked.slice(0, count))
  const values = Float32Array.from(ids, (id) => logits[id]!)
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - values[0]!), 0)
  return { ids, values, sum: sum * (1 + off * sumErrorBound(logits.length)) }
}

const logit = fc.oneof(
  { weight: 6, arbitrary: fc.float({ min: -12, max: 12, noNaN: true }) },
  { weight: 3, arbitrary: fc.constantFrom(-3, 0, 0.5, 0.5000001, 4) },
  { weight: 1, arbitrary: fc.constantFrom(-Infinity, -3e38, -1000, -50, 60) },
)
const peaked = fc
  .tuple(
    fc.array(logit, { minLength: 1, maxLength: 80 }),
    fc.nat(),
    fc.float({ min: 0, max: 20, noNaN: true }),
  )
  .map(([values, place, height]) => {
    values[place % values.length]! += height
    return values
  })
const row = fc
  .oneof(
    fc.array(logit, { minLength: 1, maxLength: 80 }),
    peaked,
    fc
      .tuple(logit, fc.integer({ min: 1, max: 60 }))
      .map(([value, size]) => new Array<number>(size).fill(value)),
  )
  .map((values) => Float32Array.from(values))
  .filter((values) => values.some((value) => value > -Infinity))
const parameters: fc.Arbitrary<SamplingParameters> = fc.record({
  temperature: fc.oneof(
    fc.constantFrom(0, 1, 0.7, 2, 5e-324, 1e-6, 1e6, 1e300),
    fc.double({ min: 0.05, max: 3, noNaN: true }),
  ),
  topP: fc.oneof(fc.constant(1), fc.double({ min: 1e-6, max: 1, noNaN: true })),
  topK: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 90 })),
  minP: fc.oneof(fc.constant(0), fc.double({ min: 1e-12, max: 1, noNaN: true })),
  repetitionPenalty: fc.constant(1),
})
const random = fc.oneof(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.constantFrom(0, 0.5, 1 - 2 ** -53),
)
const runs = { numRuns: 4000 }

describe('the draw from a whole row', () => {
  it('is that of its definition', () => {
    fc.assert(
      fc.property(row, parameters, random, (logits, settings, number) => {
        const sampler = new Sampler(logits.length)
        expect(sampler.sample(logits, settings, number)).toBe(draw(logits, settings, number))
      }),
      runs,
    )
  })

  it('draws tokens as often as their probability says, by a chi-squared test', () => {
    const size = 400
    const logits = Float32Array.from({ length: size }, (_, id) => Math.sin(id * 12.9898) * 4)
    for (const temperature of [0.5, 1, 1.7]) {
      const weights = [...logits].map((value) => Math.exp(value / temperature))
      const total = weights.reduce((a, b) => a + b)
      const sampler = new Sampler(size)
      const draws = 40_000
      const counts = new Array<number>(size).fill(0)
      let state = 12345
      for (let at = 0; at < draws; at++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        counts[sampler.sample(logits, { ...neutral, temperature }, state / 2 ** 32)]!++
      }
      const groups = [...weights.keys()].filter((id) => (weights[id]! / total) * draws >= 5)
      const statistic = groups.reduce((sum, id) => {
        const expected = (weights[id]! / total) * draws
        return sum + (counts[id]! - expected) ** 2 / expected
      }, 0)
      // mean n, deviation √2n: six deviations are one chance in a billion
      expect(statistic).toBeLessThan(groups.length + 6 * Math.sqrt(2 * groups.length))
    }
  })

  it.each([[[1, Number.NaN, 2]], [[1, Number.POSITIVE_INFINITY]], [[-Infinity, -Infinity]]])(
    'refuses %s, which is no distribution',
    (values) => {
      const logits = Float32Array.from(values)
      const sampler = new Sampler(logits.length)
      for (const temperature of [0, 0.7]) {
        expect(() => sampler.sample(logits, { ...neutral, temperature }, 0.3)).toThrow(UnusableLogits)
        const best = { values: logits, ids: Int32Array.of(0, 1, 2), sum: Number.NaN }
        expect(() => sampler.sampleBest(best, { ...neutral, temperature }, 0.3)).toThrow(UnusableLogits)
      }
    },
  )
})

describe('the draw from the best tokens of a row', () => {
  it('is that from the whole row, or none', () => {
    let drawn = 0
    let asked = 0
    const count = fc.integer({ min: 1, max: 40 })
    const off = fc.constantFrom(-1, -0.5, 0, 0.5, 1)
    fc.assert(
      fc.property(
        row,
        parameters,
        random,
        count,
        fc.nat(),
        off,
        (logits, settings, number, k, choice, error) => {
          const sampler = new Sampler(logits.length)
          const best = toBest(logits, Math.min(k, logits.length), choice, error)
          const token = sampler.sampleBest(best, settings, number)
          asked++
          if (token === null) return
          drawn++
          expect(token).toBe(sampler.sample(logits, settings, number))
        },
      ),
      { ...runs, numRuns: 20_000 },
    )
    expect(drawn / asked).toBeGreaterThan(0.5)
  })

  it('suffices nearly always where the model prefers a few tokens', () => {
    const size = 12_000
    const logits = Float32Array.from(
      { length: size },
      (_, id) => Math.sin(id * 12.9898) * 3 + (id % 1171 === 0 ? 14 : 0),
    )
    const sampler = new Sampler(size)
    const best = toBest(logits, 128, 0, 0)
    for (const temperature of [0.7, 1]) {
      let missed = 0
      for (let at = 0; at < 400; at++) {
        const settings = { ...neutral, temperature }
        const token = sampler.sampleBest(best, settings, (at + 0.5) / 400)
        if (token === null) missed++
        else expect(token).toBe(sampler.sample(logits, settings, (at + 0.5) / 400))
      }
      expect(missed).toBeLessThan(40)
    }
  })

  it('counts on no more of the sum than float32 keeps, in any order', () => {
    for (const size of [128_256, 256_000, 4608, 509]) {
      const blocks = countSumBlocks(size)
      expect(size % blocks).toBe(0)
      const terms = Float32Array.from({ length: size }, (_, id) => Math.exp(-((id * 7919) % 997) / 60))
      const add = (values: Iterable<number>) => {
        let sum = 0
        for (const value of values) sum = Math.fround(sum + value)
        return sum
      }
      const width = size / blocks
      const sums = Array.from({ length: blocks }, (_, block) =>
        add(terms.subarray(block * width, (block + 1) * width)),
      )
      const exact = terms.reduce((a, b) => a + b, 0)
      expect(Math.abs(add(sums) / exact - 1)).toBeLessThan(sumErrorBound(size))
    }
  })
})
