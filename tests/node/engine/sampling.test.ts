import { describe, expect, it } from 'vitest'
import {
  exponentialBelow,
  furthest,
  stepsPerUnit,
} from '../../../inference-node/engine/sampling/exponential.ts'
import type { SamplingParameters } from '../../../inference-node/engine/sampling/parameters.ts'
import { philox, uniform } from '../../../inference-node/engine/sampling/philox.ts'
import { LogProbabilities } from '../../../inference-node/engine/sampling/probabilities.ts'
import { penalizeRepetition, Sampler } from '../../../inference-node/engine/sampling/sampler.ts'

const neutral: SamplingParameters = { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }
const logits = Float32Array.from([Math.log(0.5), Math.log(0.3), Math.log(0.15), Math.log(0.05)])

/** The share of draws of each token when `random` runs evenly over [0, 1). */
function shares(parameters: Partial<SamplingParameters>, draws = 2000): number[] {
  const sampler = new Sampler(logits.length)
  const counts = new Array<number>(logits.length).fill(0)
  for (let i = 0; i < draws; i++)
    counts[sampler.sample(logits, { ...neutral, ...parameters }, (i + 0.5) / draws)]!++
  return counts.map((count) => count / draws)
}
const close = (actual: number[], expected: number[]) =>
  actual.forEach((share, index) => {
    expect(share).toBeCloseTo(expected[index]!, 2)
  })

describe('sampling', () => {
  it('draws tokens as often as their probability says', () => close(shares({}), [0.5, 0.3, 0.15, 0.05]))

  it('sharpens with temperature, down to the best token at 0', () => {
    const squares = [0.25, 0.09, 0.0225, 0.0025].map((p) => p / 0.365)
    close(shares({ temperature: 0.5 }), squares)
    close(shares({ temperature: 0 }), [1, 0, 0, 0])
  })

  it('keeps the smallest set that reaches top-p', () => {
    close(shares({ topP: 0.8 }), [0.625, 0.375, 0, 0])
    close(shares({ topP: 0.81 }), [0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0])
    close(shares({ topP: 0.01 }), [1, 0, 0, 0])
  })

  it('keeps top-k, and top-p of what top-k left', () => {
    close(shares({ topK: 2 }), [0.625, 0.375, 0, 0])
    close(shares({ topK: 3, topP: 0.6 }), [0.625, 0.375, 0, 0])
    close(shares({ topK: 1 }), [1, 0, 0, 0])
  })

  it('keeps tokens above a share of the best with min-p', () =>
    close(shares({ minP: 0.5 }), [0.625, 0.375, 0, 0]))

  it('keeps exactly the best of a large vocabulary, of equals the lower id', () => {
    const size = 300
    const many = Float32Array.from({ length: size }, (_, id) => Math.sin(id * 12.9898) * (id % 7) * 0.3)
    const sampler = new Sampler(size)
    const ranked = [...many.keys()].sort((a, b) => many[b]! - many[a]! || a - b)
    const weights = ranked.map((id) => Math.exp(many[id]! - many[ranked[0]!]!))
    const total = weights.reduce((a, b) => a + b)
    let reached = 0
    const nucleus = ranked.filter((_, rank) => {
      const inside = reached < 0.6 * total
      reached += weights[rank]!
      return inside
    })
    for (const [parameters, expected] of [
      [{ topK: 50 }, ranked.slice(0, 50)],
      [{ topP: 0.6 }, nucleus],
    ] as const) {
      const drawn = new Set<number>()
      for (let i = 0; i < 4000; i++)
        drawn.add(sampler.sample(many, { ...neutral, ...parameters }, (i + 0.5) / 4000))
      expect([...drawn].sort((a, b) => a - b)).toEqual([...expected].sort((a, b) => a - b))
    }
  })

  it('leaves the logits as they were', () => {
    const before = logits.slice()
    shares({ topK: 2, topP: 0.5, minP: 0.1 }, 10)
    expect(logits).toEqual(before)
  })

  it('makes seen tokens less likely, whatever the sign of their logit', () => {
    const some = Float32Array.from([2, -2, 2, -2])
    penalizeRepetition(some, [0, 1], 2)
    expect([...some]).toEqual([1, -4, 2, -2])
  })
})

describe('log-probabilities', () => {
  it('are those of the model, whatever is sampled', () => {
    const probabilities = new LogProbabilities(Float32Array.from(logits, (logit) => logit + 7))
    for (const [id, p] of [0.5, 0.3, 0.15, 0.05].entries())
      expect(probabilities.of(id)).toBeCloseTo(Math.log(p), 5)
  })

  it('name the most likely tokens, the lower id first among equals', () => {
    expect(new LogProbabilities(Float32Array.from([1, 3, 3, 2])).top(3)).toEqual([1, 2, 3])
    expect(new LogProbabilities(Float32Array.from([1, 3])).top(0)).toEqual([])
  })
})

describe('the exponential by table', () => {
  it('is within 1e-12 of the true one, over its whole range', () => {
    for (let below = 0; below <= furthest; below += 0.000_917)
      expect(Math.abs(exponentialBelow(below * stepsPerUnit) / Math.exp(-below) - 1)).toBeLessThan(1e-12)
    expect(exponentialBelow(0)).toBe(1)
  })
})

describe('random streams', () => {
  const hex = (words: number[]) => words.map((word) => word.toString(16).padStart(8, '0')).join(' ')

  it('are Philox4x32-10, by the known answers of its authors', () => {
    expect(hex(philox([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
    expect(hex(philox([-1, -1, -1, -1], [-1, -1]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
    expect(hex(philox([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    )
  })

  it('differ by seed, sample and position, and by nothing else', () => {
    const values = [
      uniform(1n, 0, 0),
      uniform(2n, 0, 0),
      uniform(-1n, 0, 0),
      uniform(1n, 1, 0),
      uniform(1n, 0, 1),
    ]
    values.push(uniform(1n + (1n << 32n), 0, 0))
    expect(new Set(values).size).toBe(values.length)
    expect(uniform(1n, 0, 0)).toBe(values[0])
  })

  it('are even over [0, 1)', () => {
    const buckets = new Array<number>(10).fill(0)
    for (let position = 0; position < 20_000; position++)
      buckets[Math.floor(uniform(42n, 0, position) * 10)]!++
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(200)
  })
})
