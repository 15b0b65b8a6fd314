import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHalf, toHalf, widen } from '../../../inference-node/convert/checkpoint/floats.ts'
import { factorInputs, type InputFactors } from '../../../inference-node/convert/weights/column-groups.ts'
import { quantizeRowsWithFeedback } from '../../../inference-node/convert/weights/error-feedback.ts'
import { GridSums } from '../../../inference-node/convert/weights/grid-sums.ts'
import {
  type BlockFormat,
  dequantizeRows,
  packZeroPoints,
  quantizeRows,
} from '../../../inference-node/convert/weights/quantize.ts'
import { side, WeightedSums } from '../../../inference-node/convert/weights/weighted-sums.ts'

function roundTrip(weights: Float32Array, columns: number, format: BlockFormat, factors?: InputFactors) {
  const rows = factors
    ? quantizeRowsWithFeedback(weights, columns, format, factors)
    : quantizeRows(weights, columns, format)
  return { ...rows, weights: dequantizeRows(rows, columns, format) }
}

const format = (
  bits: 4 | 8,
  scaleCandidates: number,
  blockSize = 32,
  more: Partial<BlockFormat> = {},
): BlockFormat => ({ bits, blockSize, scaleCandidates, scaleType: 'float32', zeroPoints: false, ...more })

const weight = fc.float({ min: -2, max: 2, noNaN: true })
const row = (columns: number) =>
  fc.array(weight, { minLength: columns, maxLength: columns }).map((values) => Float32Array.from(values))

function error(actual: Float32Array, expected: Float32Array): number {
  return expected.reduce((sum, value, i) => sum + (value - actual[i]!) ** 2, 0)
}

/** Numbers from -0.5 to 0.5, the same in every run. */
function numbers(): () => number {
  let state = 1
  return () => {
    state = Number((BigInt(state) * 48271n) % 2147483647n)
    return state / 2147483647 - 0.5
  }
}

/** Inputs of a matrix, [tokens][columns]: columns go together, and some are far larger than others. */
function correlatedInputs(tokens: number, columns: number): Float32Array[] {
  const random = numbers()
  const mixing = Array.from({ length: 40 }, () => Float32Array.from({ length: columns }, random))
  return Array.from({ length: tokens }, () => {
    const causes = mixing.map(random)
    return Float32Array.from({ length: columns }, (_, column) => {
      const sum = causes.reduce((total, cause, i) => total + cause * mixing[i]![column]!, 0.1 * random())
      return column % 16 === 0 ? 5 * sum : sum
    })
  })
}

/** Columns that are watched together. */
const groupSize = 256

/** X^T X within groups of columns, as a layer that is watched gives it. */
function multiply(inputs: Float32Array[], columns: number): Float32Array {
  const products = new Float32Array(Math.ceil(columns / groupSize) * groupSize ** 2)
  for (const input of inputs)
    for (let i = 0; i < columns; i++)
      for (let j = i - (i % groupSize); j < Math.min(columns, i - (i % groupSize) + groupSize); j++)
        products[i * groupSize + (j % groupSize)]! += input[i]! * input[j]!
  return products
}

/** Squared error of the outputs for inputs. */
function outputError(
  actual: Float32Array,
  expected: Float32Array,
  columns: number,
  inputs: Float32Array[],
): number {
  let sum = 0
  for (const input of inputs)
    for (let row = 0; row < expected.length; row += columns)
      sum += input.reduce((off, value, i) => off + value * (actual[row + i]! - expected[row + i]!), 0) ** 2
  return sum
}

describe('quantizing', () => {
  it.each([4, 8] as const)('keeps weights that %i bits can hold', (bits) => {
    const lowest = -(2 ** (bits - 1))
    const weights = Float32Array.from(
      { length: 64 },
      (_, i) => ((i * 37) % 2 ** bits) * 0.125 + lowest * 0.125,
    )
    weights[0] = lowest * 0.125
    weights[32] = lowest * 0.125
    expect(roundTrip(weights, 64, format(bits, 1)).weights).toEqual(weights)
  })

  it('is off by one step at most', () => {
    fc.assert(
      fc.property(row(96), fc.constantFrom(4 as const, 8 as const), (weights, bits) => {
        const result = roundTrip(weights, 96, format(bits, 1))
        weights.forEach((value, i) => {
          const step = Math.abs(result.scales[Math.floor(i / 32)]!)
          expect(Math.abs(value - result.weights[i]!)).toBeLessThanOrEqual(step * 1.001)
        })
      }),
    )
  })

  it('errs less when it searches for the scale', () => {
    const random = numbers()
    const weights = Float32Array.from({ length: 200 * 64 }, () => random() ** 3)
    const nearest = error(roundTrip(weights, 64, format(4, 1)).weights, weights)
    expect(error(roundTrip(weights, 64, format(4, 16)).weights, weights)).toBeLessThan(0.95 * nearest)
  })

  it('errs less with zero points, most where weights lie on one side of zero', () => {
    const random = numbers()
    const even = Float32Array.from({ length: 200 * 64 }, () => random() ** 3)
    const sided = even.map((value, i) => value + (Math.floor(i / 32) % 2 === 0 ? 0.1 : -0.1))
    const withZeroPoints = format(4, 8, 32, { zeroPoints: true })
    for (const [weights, share] of [
      [even, 0.97],
      [sided, 0.8],
    ] as const) {
      const without = error(roundTrip(weights, 64, format(4, 8)).weights, weights)
      expect(error(roundTrip(weights, 64, withZeroPoints).weights, weights)).toBeLessThan(share * without)
    }
  })

  it('keeps weights that four bits with a zero point can hold', () => {
    const weights = Float32Array.from({ length: 96 }, (_, i) => (((i * 7) % 16) - 3) * 0.25)
    const { weights: rounded, zeroPoints } = roundTrip(weights, 96, format(4, 8, 32, { zeroPoints: true }))
    expect([...zeroPoints]).toEqual([3, 3, 3])
    rounded.forEach((value, i) => {
      expect(value).toBeCloseTo(weights[i]!, 5)
    })
    const packed = packZeroPoints(zeroPoints, 96, format(4, 8))
    expect([...packed]).toEqual([0x33, 0x03])
  })

  it('fills the last block of a row with zeros', () => {
    const weights = new Float32Array(2 * 40).fill(0.5)
    const { integers, scales } = roundTrip(weights, 40, format(8, 1))
    expect(scales).toHaveLength(4)
    expect([...integers.subarray(32, 40)].every((integer) => integer !== 128)).toBe(true)
    expect([...integers.subarray(40, 64)]).toEqual(Array(24).fill(128))
  })

  it('gives zeros for zeros', () => {
    expect(roundTrip(new Float32Array(64), 64, format(4, 16)).weights).toEqual(new Float32Array(64))
  })
})

describe('quantizing with error feedback', () => {
  // A group and a half; a number of rows that are not all rounded side by side.
  const columns = 400
  const random = numbers()
  const weights = Float32Array.from({ length: 21 * columns }, () => random() ** 3)

  it.each([32, 64, 128])('errs less on inputs that it has not seen, in blocks of %i', (blockSize) => {
    const inputs = correlatedInputs(900, columns)
    const factors = factorInputs(multiply(inputs.slice(0, 700), columns), columns, groupSize, 0.1)
    const unseen = inputs.slice(700)
    const plain = roundTrip(weights, columns, format(4, 8, blockSize)).weights
    const fed = roundTrip(weights, columns, format(4, 8, blockSize), factors).weights
    expect(outputError(fed, weights, columns, unseen)).toBeLessThan(
      0.5 * outputError(plain, weights, columns, unseen),
    )
  })

  it('takes the error of a weight over to a column with the same inputs', () => {
    const twins = new Float32Array(64).fill(0.3)
    twins[0] = -0.8 // Makes the scale 0.1.
    const fine = twins.map((value, i) => (i === 0 ? value : value + 0.04))
    const inputs = [Float32Array.from({ length: 64 }, (_, i) => (i === 0 ? 0 : 1))]
    const factors = factorInputs(multiply(inputs, 64), 64, groupSize, 1e-6)
    const sums = (of: Float32Array) => of.slice(1).reduce((sum, value) => sum + value, 0)
    const nearest = roundTrip(fine, 64, format(4, 1, 64)).weights
    const fed = roundTrip(fine, 64, format(4, 1, 64), factors).weights
    expect(Math.abs(sums(nearest) - sums(fine))).toBeGreaterThan(2)
    expect(Math.abs(sums(fed) - sums(fine))).toBeLessThan(0.051)
  })

  it('fills the last block of a row with zeros', () => {
    const factors = factorInputs(multiply(correlatedInputs(20, 40), 40), 40, groupSize, 0.1)
    const { integers, scales } = roundTrip(new Float32Array(5 * 40).fill(0.5), 40, format(4, 8), factors)
    expect(scales).toHaveLength(10)
    for (let row = 0; row < 5; row++)
      expect([...integers.subarray(row * 32 + 20, row * 32 + 32)]).toEqual(Array(12).fill(0x88))
  })

  it('gives zeros for zeros, and numbers for inputs that are all zeros', () => {
    const silent = factorInputs(new Float32Array(groupSize ** 2), 64, groupSize, 0.1)
    expect(roundTrip(new Float32Array(64), 64, format(4, 8), silent).weights).toEqual(new Float32Array(64))
    const row = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i))
    expect(roundTrip(row, 64, format(4, 8), silent).weights).toEqual(roundTrip(row, 64, format(4, 8)).weights)
  })
})

describe('weighted sums', () => {
  it.each([0, 1, 2, 17, 100])('add up %i terms of each vector, from any factor on', (count) => {
    const random = numbers()
    const made = new WeightedSums(205, 100)
    made.factors.set(Float32Array.from(made.factors, random))
    made.vectors.set(Float32Array.from(made.vectors, random))
    made.addUp(103, count)
    const expected = Array.from({ length: side }, (_, vector) => {
      let sum = 0
      for (let i = 0; i < count; i++)
        sum = Math.fround(sum + Math.fround(made.factors[103 + i]! * made.vectors[i * side + vector]!))
      return sum
    })
    expect([...made.sums]).toEqual(expected)
  })
})

describe('sums of grids', () => {
  it('are those of rounding each weight to each grid', () => {
    const random = numbers()
    const sums = new GridSums(32, 6)
    sums.weights.set(sums.weights.map(random))
    sums.counts.set(sums.counts.map(() => random() + 1))
    const grids = Array.from({ length: 6 }, (_, grid) => ({
      inverse: (grid + 1) * 6,
      low: -grid,
      high: 15 - grid,
    }))
    for (const [grid, { inverse, low, high }] of grids.entries()) {
      sums.inverses[grid] = inverse
      sums.lowest[grid] = low
      sums.highest[grid] = high
    }
    sums.addUp()
    const expected = grids.map(({ inverse, low, high }) => {
      let [product, square] = [0, 0]
      for (const [i, weight] of sums.weights.entries()) {
        const integer = Math.min(high, Math.max(low, Math.round(weight * inverse)))
        product += weight * (sums.counts[i]! * integer)
        square += integer * (sums.counts[i]! * integer)
      }
      return { product, square }
    })
    expect([...sums.products.subarray(0, 6)]).toEqual(expected.map(({ product }) => product))
    expect([...sums.squares.subarray(0, 6)]).toEqual(expected.map(({ square }) => square))
  })
})

describe('halves', () => {
  it('are read as Float16Array reads them', () => {
    const halves = Uint16Array.from({ length: 65536 }, (_, i) => i)
    const expected = Float32Array.from(new Float16Array(halves.buffer))
    expect(Float32Array.from(halves, fromHalf)).toEqual(expected)
    const widened = new Float32Array(65536)
    widen('F16', new Uint8Array(halves.buffer), widened)
    expect(widened).toEqual(expected)
  })

  it('are written as Float16Array writes them', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.float(),
          fc.float({ min: Math.fround(-1e-3), max: Math.fround(1e-3) }),
          fc.float({ min: -7e4, max: 7e4 }),
        ),
        (value) => {
          const [expected] = new Uint16Array(Float16Array.of(value).buffer)
          if (Number.isNaN(value)) expect(Number.isNaN(fromHalf(toHalf(value)))).toBe(true)
          else expect(toHalf(value)).toBe(expected)
        },
      ),
      { numRuns: 2000 },
    )
  })
})
