import { triangleRow } from './column-groups.ts'

/** Rows that are rounded side by side: each number of the factors is then read once for all of them. */
export const side = 8

/** For each row at its side: the sum of residuals[i] * V[i][column] over i < column. */
export function addUp(
  triangle: Float64Array,
  column: number,
  residuals: Float64Array,
  sums: Float64Array,
): void {
  // Eight sums at a time keep the processor's adders busy.
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let e = 0
  let f = 0
  let g = 0
  let h = 0
  for (let i = 0, at = triangleRow(column), place = 0; i < column; i++, at++, place += side) {
    const factor = triangle[at]!
    a += factor * residuals[place]!
    b += factor * residuals[place + 1]!
    c += factor * residuals[place + 2]!
    d += factor * residuals[place + 3]!
    e += factor * residuals[place + 4]!
    f += factor * residuals[place + 5]!
    g += factor * residuals[place + 6]!
    h += factor * residuals[place + 7]!
  }
  sums[0] = a
  sums[1] = b
  sums[2] = c
  sums[3] = d
  sums[4] = e
  sums[5] = f
  sums[6] = g
  sums[7] = h
}
