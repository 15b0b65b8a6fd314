import { countGroups, groupSize, type InputFactors, triangleSize } from './column-groups.ts'
import { addUp, side } from './feedback-sums.ts'
import { rounding } from './quantize.ts'
import { chooseRowScales, maxInteger, type RowFormat } from './quantize-by-row.ts'

/**
 * Quantizes rows as {@link quantizeByRow} does, but column after column, so that later columns make up for the rounding
 * of earlier ones: see `quantizeRowsWithFeedback`.
 *
 * @param weights balanced: each column is the original times its number in `balance`
 * @param integers receives them transposed, [columns, rows]
 * @param scales receives [rows]
 * @param factors of the inputs before they are balanced
 */
export function quantizeByRowWithFeedback(
  weights: Float32Array,
  columns: number,
  format: RowFormat,
  integers: Int8Array,
  scales: Float32Array,
  factors: InputFactors,
  balance: Float32Array | undefined,
): void {
  chooseRowScales(weights, columns, format, scales)
  const rows = scales.length
  const largest = maxInteger(format)
  const triangle = new Float64Array(triangleSize)
  const residuals = new Float64Array(groupSize * side)
  const sums = new Float64Array(side)
  for (let group = 0; group < countGroups(columns); group++) {
    triangle.set(factors.triangles.subarray(group * triangleSize, (group + 1) * triangleSize))
    const start = group * groupSize
    const length = Math.min(groupSize, columns - start)
    for (let row = 0; row < rows; row += side) {
      const count = Math.min(side, rows - row)
      for (let j = 0; j < length; j++) {
        const column = start + factors.order[start + j]!
        // the factors are of unbalanced inputs: residuals are divided by the balance, and sums multiplied by it
        const factor = balance ? balance[column]! : 1
        addUp(triangle, j, residuals, sums)
        for (let k = 0; k < count; k++) {
          const weight = weights[(row + k) * columns + column]!
          const scale = scales[row + k]!
          const nearest = scale === 0 ? 0 : (weight + factor * sums[k]!) / scale + rounding - rounding
          const integer = Math.min(largest, Math.max(-largest, nearest))
          integers[column * rows + row + k] = integer
          residuals[j * side + k] = (weight - integer * scale) / factor
        }
      }
    }
  }
}
