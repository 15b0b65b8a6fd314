import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certify } from '../../../inference-node/certify/certify.ts'
import { convertCommand } from '../../../inference-node/cli/convert-command.ts'
import { addsEightBitsExactly, requireExactProducts } from '../../../inference-node/convert/integer-probe.ts'
import { quantizeByRow } from '../../../inference-node/convert/weights/quantize-by-row.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import { checkpoint, collected, temporaryFolder } from './fixtures.ts'

/** Below it a float32 has no steps left. */
const smallest = 2 ** -140

const matrices = (parts: number) =>
  fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 40 }))
    .map(([rows, length]) => [rows, parts * length] as const)
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
  [7, 63, 1],
  [8, 127, 1],
  [8, 127, 2],
] as const)(
  'rounds each weight to the nearest step of its row, within %i bits (%i), in %i parts, by column',
  (bits, largest, parts) => {
    fc.assert(
      fc.property(matrices(parts), ({ weights, columns }) => {
        const rows = weights.length / columns
        const integers = new Int8Array(weights.length)
        const scales = new Float32Array(parts * rows)
        quantizeByRow(weights, columns, { kind: 'rows', bits, parts }, integers, scales)
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++) {
            const integer = integers[column * rows + row]!
            expect(Math.abs(integer)).toBeLessThanOrEqual(largest)
            const part = Math.floor((column * parts) / columns)
            const scale = scales[part * rows + row]!
            const error = Math.abs(integer * scale - weights[row * columns + column]!)
            expect(error).toBeLessThanOrEqual(scale * 0.5001 + smallest)
          }
      }),
    )
  },
)

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
    expect((await certify(eight, { provider: 'cpu' })).checks).toContainEqual(
      expect.objectContaining({ name: 'products of 8 bits', passed: exact }),
    )
  })

  it('are refused on a processor that does not', async () => {
    const conversion = (rowBits: 7 | 8) => ({ rowBits }) as Parameters<typeof requireExactProducts>[0]
    await expect(requireExactProducts(conversion(8), async () => false)).rejects.toThrow('--row-bits 7')
    await requireExactProducts(conversion(8), async () => true)
    await requireExactProducts(conversion(7), async () => false)
    await requireExactProducts(null, async () => false)
  })

  it('are not for blocks', async () => {
    const output = collected()
    const command = ['x', '--out', 'y', '--for', 'cpu', '--block', '32', '--row-bits', '8']
    expect(await convertCommand.run(command, output)).toBe(2)
    expect(output.lines[0]).toContain('--row-bits is for --block row')
  })
})
