import { allocateMemory, f64x2, i32, local, loop, makeFunction, reuse, v128 } from './wasm.ts'

/** Rows that are taken away from those before them together, so that each of these passes through memory once for all. */
const panel = 4

const numberBytes = Float64Array.BYTES_PER_ELEMENT

/** Factors a positive matrix into V D V^T: V has ones on its diagonal and zeros below it, D is diagonal. */
class Factorization {
  /** [size, size], of which the lower triangle counts. */
  readonly matrix: Float64Array
  readonly #size: number
  readonly #ratios: Float64Array
  readonly #takeAway: (into: number, end: number, ...rows: [number, number, number, number]) => void

  /** @param size a multiple of {@link panel} */
  constructor(size: number) {
    const memory = allocateMemory((panel + size ** 2) * numberBytes)
    this.#size = size
    this.#ratios = new Float64Array(memory.buffer, 0, panel)
    this.matrix = new Float64Array(memory.buffer, panel * numberBytes, size ** 2)
    this.#takeAway = makeFunction(memory, takePanelAway)
  }

  /** Replaces the lower triangle by V^T, with D on the diagonal. What lies above it is lost. */
  run(): void {
    const size = this.#size
    const ratios = this.#ratios
    const row = (index: number) => this.matrix.subarray(index * size, index * size + index + 1)
    for (let end = size; end > 0; end -= panel) {
      const begin = end - panel
      for (let last = end - 1; last >= begin; last--)
        for (let i = begin; i < last; i++) takeAway(row(i), row(last), row(last)[i]! / row(last)[last]!)
      const rows = Array.from({ length: panel }, (_, index) => row(begin + index))
      const [a, b, c, d] = rows.map(({ byteOffset }) => byteOffset) as [number, number, number, number]
      for (let i = 0; i < begin; i++) {
        for (let index = 0; index < panel; index++)
          ratios[index] = rows[index]![i]! / rows[index]![begin + index]!
        if (ratios.every((ratio) => ratio === 0)) continue
        const into = this.matrix.byteOffset + i * size * numberBytes
        this.#takeAway(into, into + (i + 1) * numberBytes, a, b, c, d)
      }
      for (let last = begin; last < end; last++) {
        const numbers = row(last)
        for (let i = 0; i < last; i++) numbers[i]! /= numbers[last]!
      }
    }
  }
}

/** The factorization of matrices of a size; one at a time in a thread. */
export const toFactorization = reuse((size: number) => new Factorization(size))

function takeAway(from: Float64Array, row: Float64Array, ratio: number): void {
  for (let i = 0; i < from.length; i++) from[i]! -= ratio * row[i]!
}

const [into, end, firstRow, firstRatio] = [0, 1, 2, 2 + panel]
const rowsOfPanel = Array.from({ length: panel }, (_, index) => ({
  row: firstRow + index,
  ratio: firstRatio + index,
  offset: index * numberBytes,
}))
const advance = (address: number) => [...local.get(address), ...i32.const(2 * numberBytes), ...i32.add]

/** Takes the sum of ratio * row away from `into`, up to `end` or one number more. */
const takePanelAway = {
  integers: 2 + panel,
  vectors: panel,
  body: [
    ...rowsOfPanel.flatMap(({ ratio, offset }) => [
      ...[...i32.const(0), ...f64x2.splat(offset), ...local.set(ratio)],
    ]),
    ...loop([
      ...[...local.get(into), ...local.get(into), ...v128.load(0)],
      ...rowsOfPanel.flatMap(({ row, ratio }, index) => [
        ...[...local.get(row), ...v128.load(0), ...local.get(ratio), ...f64x2.multiply],
        ...(index === 0 ? [] : f64x2.add),
      ]),
      ...[...f64x2.subtract, ...v128.store(0)],
      ...rowsOfPanel.flatMap(({ row }) => [...advance(row), ...local.set(row)]),
      ...[...advance(into), ...local.tee(into), ...local.get(end), ...i32.lessThan],
    ]),
  ],
}
