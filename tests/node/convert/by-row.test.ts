import fc from 'fast-check'
import { expect, it } from 'vitest'
import { quantizeByRow } from '../../../inference-node/convert/weights/quantize-by-row.ts'

/** Below it a float32 has no steps left. */
const smallest = 2 ** -140

const matrices = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }))
  .chain(([rows, columns]) =>
    fc.record({
      columns: fc.constant(columns),
      weights: fc.float32Array({
        minLength: rows * columns,
        maxLength: rows * columns,
        min: -8,
        max: 8,
        noNaN: true,
      }),
    }),
  )

it('rounds each weight to the nearest step of its row, within seven bits, by column', () => {
  fc.assert(
    fc.property(matrices, ({ weights, columns }) => {
      const rows = weights.length / columns
      const integers = new Int8Array(weights.length)
      const scales = new Float32Array(rows)
      quantizeByRow(weights, columns, integers, scales)
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) {
          const integer = integers[column * rows + row]!
          expect(Math.abs(integer)).toBeLessThanOrEqual(63)
          const error = Math.abs(integer * scales[row]! - weights[row * columns + column]!)
          expect(error).toBeLessThanOrEqual(scales[row]! * 0.5001 + smallest)
        }
    }),
  )
})
