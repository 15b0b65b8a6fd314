import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convertCommand } from '../../../inference-node/cli/convert-command.ts'
import { certify } from '../../../inference-node/convert/certify/certify.ts'
import { addsEightBitsExactly, demandExactProducts } from '../../../inference-node/convert/integer-probe.ts'
import { factorInputs } from '../../../inference-node/convert/weights/column-groups.ts'
import { quantizeByRow } from '../../../inference-node/convert/weights/quantize-by-row.ts'
import { quantizeByRowWithFeedback } from '../../../inference-node/convert/weights/row-feedback.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import { correlatedInputs, multiply, numbers, outputError } from './correlated-inputs.ts'
import { checkpoint, collected, temporaryFolder } from './fixtures.ts'

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

it.each([
  [7, 63],
  [8, 127],
] as const)(
  'rounds each weight to the nearest step of its row, within %i bits, by column',
  (bits, largest) => {
    fc.assert(
      fc.property(matrices, ({ weights, columns }) => {
        const rows = weights.length / columns
        const integers = new Int8Array(weights.length)
        const scales = new Float32Array(rows)
        quantizeByRow(weights, columns, { kind: 'rows', bits }, integers, scales)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++) {
            const integer = integers[column * rows + row]!
            expect(Math.abs(integer)).toBeLessThanOrEqual(largest)
            const error = Math.abs(integer * scales[row]! - weights[row * columns + column]!)
            expect(error).toBeLessThanOrEqual(scales[row]! * 0.5001 + smallest)
          }
      }),
    )
  },
)

describe('rounding by row with error feedback', () => {
  // A group and a half; a number of rows that are not all rounded side by side.
  const [rows, columns] = [7, 200]
  const random = numbers()
  const weights = Float32Array.from({ length: rows * columns }, () => random() ** 3)
  const inputs = correlatedInputs(600, columns)
  const factors = factorInputs(multiply(inputs.slice(0, 400), columns), columns, 0.1)
  const format = { kind: 'rows', bits: 7 } as const

  it.each([
    ['as they are', () => 1],
    ['balanced', (column: number) => 0.5 + (column % 5)],
  ])('errs less on inputs that it has not seen, %s', (_, factorOf) => {
    const balance = Float32Array.from({ length: columns }, (_, column) => factorOf(column))
    const balanced = weights.map((weight, index) => weight * balance[index % columns]!)
    const error = (round: (integers: Int8Array, scales: Float32Array) => void) => {
      const integers = new Int8Array(weights.length)
      const scales = new Float32Array(rows)
      round(integers, scales)
      const result = weights.map((_, index) => {
        const [row, column] = [Math.floor(index / columns), index % columns]
        expect(Math.abs(integers[column * rows + row]!)).toBeLessThanOrEqual(63)
        return (integers[column * rows + row]! * scales[row]!) / balance[column]!
      })
      return outputError(result, weights, columns, inputs.slice(400))
    }
    const plain = error((integers, scales) => quantizeByRow(balanced, columns, format, integers, scales))
    const fed = error((integers, scales) =>
      quantizeByRowWithFeedback(balanced, columns, format, integers, scales, factors, balance),
    )
    expect(fed).toBeLessThan(0.5 * plain)
  })

  it('gives zeros for zeros', () => {
    const integers = new Int8Array(weights.length)
    const nothing = new Float32Array(weights.length)
    quantizeByRowWithFeedback(nothing, columns, format, integers, new Float32Array(rows), factors, undefined)
    expect(integers).toEqual(new Int8Array(weights.length))
  })
})

describe('eight bits by row', () => {
  const convert = async (...options: string[]) => {
    const out = join(temporaryFolder(), 'model')
    const command = [checkpoint('tiny-llama'), '--out', out, '--for', 'cpu', ...options]
    expect(await convertCommand.run(command, collected())).toBe(0)
    return out
  }
  const conversion = (out: string) => JSON.parse(readFileSync(join(out, 'conversion.json'), 'utf8'))

  it('are chosen where the processor adds their products exactly, and recorded', async () => {
    const exact = await addsEightBitsExactly()
    expect(conversion(await convert())).toMatchObject({ blockSize: 'row', rowBits: exact ? 8 : 7 })
    const seven = await convert('--row-bits', '7')
    expect(conversion(seven)).toMatchObject({ blockSize: 'row', rowBits: 7 })
    const eight = await openModelDirectory(await convert('--row-bits', '8'))
    expect((await certify(eight, 'cpu')).checks).toContainEqual(
      expect.objectContaining({ name: 'products of 8 bits', passed: exact }),
    )
  })

  it('are refused on a processor that does not', async () => {
    const conversion = (rowBits: 7 | 8) => ({ rowBits }) as Parameters<typeof demandExactProducts>[0]
    await expect(demandExactProducts(conversion(8), async () => false)).rejects.toThrow('--row-bits 7')
    await demandExactProducts(conversion(8), async () => true)
    await demandExactProducts(conversion(7), async () => false)
    await demandExactProducts(null, async () => false)
  })

  it('are not for blocks', async () => {
    const output = collected()
    const command = ['x', '--out', 'y', '--for', 'cpu', '--block', '32', '--row-bits', '8']
    expect(await convertCommand.run(command, output)).toBe(2)
    expect(output.lines[0]).toContain('--row-bits is for --block row')
  })
})
