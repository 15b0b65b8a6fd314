import { countGroups, countTriangle, type InputFactors, triangleRow } from './column-groups.ts'
import {
  allocateRows,
  type BlockFormat,
  blocksPerRow,
  pack,
  type QuantizedRows,
  rounding,
  toGridSearch,
} from './quantize.ts'
import { side, toWeightedSums } from './weighted-sums.ts'

/**
 * Quantizes rows as {@link quantizeRows} does, but column after column: what rounding did to the columns before is
 * made up for by those that follow, as far as the inputs of both go together.
 *
 * With r = weight - rounded weight the outputs are off by sum D[j] * (r[j] + sum of r[i] * V[i][j] over i < j)^2,
 * so that each weight is rounded after that inner sum was added to it. This is GPTQ (Frantar et al., 2022), kept
 * within groups of columns and with scales and zero points that are chosen beforehand.
 */
export function quantizeRowsWithFeedback(
  weights: Float32Array,
  columns: number,
  format: BlockFormat,
  factors: InputFactors,
): QuantizedRows {
  const { blockSize } = format
  const { groupSize } = factors
  const triangleSize = countTriangle(groupSize)
  const rows = weights.length / columns
  const result = allocateRows(rows, columns, format)
  chooseGrids(weights, columns, format, result, factors.squares)
  const { scales, zeroPoints } = result
  const blocks = blocksPerRow(columns, format)
  const steps = 2 ** format.bits - 1
  // rows are rounded side by side
  const made = toWeightedSums(triangleSize, groupSize)
  const { factors: triangle, vectors: residuals, sums } = made
  const values = new Float64Array(groupSize * side)
  for (let group = 0; group < countGroups(columns, groupSize); group++) {
    triangle.set(factors.triangles.subarray(group * triangleSize, (group + 1) * triangleSize))
    const start = group * groupSize
    const length = Math.min(groupSize, columns - start)
    for (let row = 0; row < rows; row += side) {
      const count = Math.min(side, rows - row)
      for (let j = 0; j < length; j++) {
        const column = start + factors.order[start + j]!
        const block = Math.floor(column / blockSize)
        made.addUp(triangleRow(j), j)
        for (let k = 0; k < count; k++) {
          const weight = weights[(row + k) * columns + column]!
          const scale = scales[(row + k) * blocks + block]!
          const zero = zeroPoints[(row + k) * blocks + block]!
          const integer = scale === 0 ? 0 : (weight + sums[k]!) / scale + rounding - rounding
          const value = scale * Math.min(steps - zero, Math.max(-zero, integer))
          residuals[j * side + k] = weight - value
          values[k * groupSize + column - start] = value
        }
      }
      for (let k = 0; k < count; k++)
        for (let from = 0; from < length; from += blockSize) {
          const block = (row + k) * blocks + (start + from) / blockSize
          const numbers = values.subarray(k * groupSize + from, k * groupSize + from + blockSize)
          pack(numbers, format, result, block)
        }
    }
  }
  return result
}

/** The scale and zero point of each block that serve its weights best, each rounded for itself. */
function chooseGrids(
  weights: Float32Array,
  columns: number,
  format: BlockFormat,
  result: QuantizedRows,
  squares: Float32Array,
): void {
  const blocks = blocksPerRow(columns, format)
  const search = toGridSearch(format)
  const { block, counts } = search
  for (let index = 0; index < blocks; index++) {
    const start = index * format.blockSize
    const length = Math.min(format.blockSize, columns - start)
    for (let i = 0; i < length; i++) counts[i] = squares[start + i]!
    block.fill(0)
    for (let row = 0; row * columns < weights.length; row++) {
      for (let i = 0; i < length; i++) block[i] = weights[row * columns + start + i]!
      search.choose(result, row * blocks + index)
    }
  }
}
