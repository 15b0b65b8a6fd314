import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHalf, toHalf, widen } from '../../inference-node/convert/checkpoint/floats.ts'
import {
  type BlockFormat,
  blocksPerRow,
  dequantizeRows,
  quantizeRows,
} from '../../inference-node/convert/weights/quantize.ts'

function roundTrip(weights: Float32Array, columns: number, format: BlockFormat, importance?: Float32Array) {
  const blocks = (weights.length / columns) * blocksPerRow(columns, format)
  const integers = new Uint8Array((blocks * format.blockSize * format.bits) / 8)
  const scales = new Float32Array(blocks)
  quantizeRows(weights, columns, format, integers, scales, importance)
  return { integers, scales, weights: dequantizeRows(integers, scales, columns, format) }
}

const format = (bits: 4 | 8, scaleCandidates: number, blockSize = 32): BlockFormat => ({
  bits,
  blockSize,
  scaleCandidates,
  scaleType: 'float32',
})

const weight = fc.float({ min: -2, max: 2, noNaN: true })
const row = (columns: number) =>
  fc.array(weight, { minLength: columns, maxLength: columns }).map((values) => Float32Array.from(values))

function error(actual: Float32Array, expected: Float32Array, importance?: Float32Array): number {
  return expected.reduce((sum, value, i) => sum + (importance?.[i] ?? 1) * (value - actual[i]!) ** 2, 0)
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

  it('errs less when it searches for the scale, by what counts', () => {
    const importance = Float32Array.from({ length: 64 }, (_, i) => (i % 8 === 0 ? 100 : 1))
    let nearest = 0
    let searched = 0
    let weighted = 0
    let state = 1
    for (let trial = 0; trial < 200; trial++) {
      const weights = Float32Array.from({ length: 64 }, () => {
        state = (Math.imul(state, 48271) >>> 0) % 2147483647
        return (state / 2147483647 - 0.5) ** 3
      })
      nearest += error(roundTrip(weights, 64, format(4, 1)).weights, weights, importance)
      searched += error(roundTrip(weights, 64, format(4, 16)).weights, weights, importance)
      weighted += error(roundTrip(weights, 64, format(4, 16), importance).weights, weights, importance)
    }
    expect(searched).toBeLessThan(0.95 * nearest)
    expect(weighted).toBeLessThan(0.95 * searched)
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
