import { rounding } from './quantize.ts'

/**
 * Largest integer of a weight. Seven bits, not eight: processors without integer dot products (AVX2 alone) add two
 * products of an activation and a weight in 16 bits, and 2 * 255 * 64 is the most that these hold.
 */
const largest = 63

/**
 * Rounds a row-major matrix to signed integers with one scale for each row, weight = integer * scale: what integer
 * matrix products take.
 *
 * @param integers receives them transposed, [columns, rows]
 * @param scales receives [rows]
 */
export function quantizeByRow(
  weights: Float32Array,
  columns: number,
  integers: Int8Array,
  scales: Float32Array,
): void {
  const rows = scales.length
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    let highest = 0
    let lowest = 0
    for (let column = 0; column < columns; column++) {
      const weight = weights[start + column]!
      if (weight > highest) highest = weight
      else if (weight < lowest) lowest = weight
    }
    const extreme = Math.max(highest, -lowest)
    scales[row] = extreme / largest
    const inverse = extreme === 0 ? 0 : largest / extreme
    for (let column = 0; column < columns; column++)
      integers[column * rows + row] = weights[start + column]! * inverse + rounding - rounding
  }
}
