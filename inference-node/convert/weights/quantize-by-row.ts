import { rounding } from './quantize.ts'

/** Signed integers with one scale for each row of a matrix, or for each part of a row. */
export interface RowFormat {
  kind: 'rows'
  /**
   * Seven on processors without integer dot products (AVX2 alone): these add two products of an activation and a weight
   * in 16 bits, and 2 * 255 * 64 is the most that they hold. Eight elsewhere.
   */
  bits: 7 | 8
  /** Parts of equal length into which a row is cut, each with its own scale; they divide the columns. */
  parts: number
}

/** The largest integer of a row. */
const maxInteger = ({ bits }: RowFormat) => 2 ** (bits - 1) - 1

/** Rows and columns that are turned over at once: both sides of so many stay in the nearest cache. */
const tile = 32

/**
 * Rounds a row-major matrix to signed integers with one scale for each row, weight = integer * scale: what integer
 * matrix products take.
 *
 * @param integers receives them transposed, [columns, rows]
 * @param scales receives [parts, rows]
 */
export function quantizeByRow(
  weights: Float32Array,
  columns: number,
  format: RowFormat,
  integers: Int8Array,
  scales: Float32Array,
): void {
  chooseRowScales(weights, columns, format, scales)
  const rows = scales.length / format.parts
  const partLength = columns / format.parts
  const inverses = Float64Array.from(scales, (scale) => (scale === 0 ? 0 : 1 / scale))
  for (let firstRow = 0; firstRow < rows; firstRow += tile)
    for (let firstColumn = 0; firstColumn < columns; firstColumn += tile) {
      const lastRow = Math.min(rows, firstRow + tile)
      const lastColumn = Math.min(columns, firstColumn + tile)
      for (let row = firstRow; row < lastRow; row++) {
        const start = row * columns
        for (let column = firstColumn; column < lastColumn; column++) {
          const inverse = inverses[Math.floor(column / partLength) * rows + row]!
          integers[column * rows + row] = weights[start + column]! * inverse + rounding - rounding
        }
      }
    }
}

/** The scale of each part of a row, [parts, rows], by which its largest weight becomes the largest integer. */
function chooseRowScales(
  weights: Float32Array,
  columns: number,
  format: RowFormat,
  scales: Float32Array,
): void {
  const largest = maxInteger(format)
  const rows = scales.length / format.parts
  const length = columns / format.parts
  for (let part = 0; part < format.parts; part++)
    for (let row = 0; row < rows; row++) {
      const start = row * columns + part * length
      scales[part * rows + row] = maxSize(weights.subarray(start, start + length)) / largest
    }
}

function maxSize(weights: Float32Array): number {
  let highest = 0
  let lowest = 0
  for (let i = 0; i < weights.length; i++) {
    const weight = weights[i]!
    if (weight > highest) highest = weight
    else if (weight < lowest) lowest = weight
  }
  return Math.max(highest, -lowest)
}
