/** Columns of a matrix whose inputs are watched together: a multiple of every block size. */
export const groupSize = 256

export const countGroups = (columns: number) => Math.ceil(columns / groupSize)

/** Numbers of the lower triangle of one group, its diagonal included, row after row. */
export const triangleSize = (groupSize * (groupSize + 1)) / 2

/** Where row `row` of a packed triangle begins. */
export const triangleRow = (row: number) => (row * (row + 1)) / 2

/** How the inputs of a matrix vary, within groups of its columns. In shared memory: all worker threads read it. */
export interface InputFactors {
  /** Sum of the squares of each column's inputs, damped; an error in a column with large inputs costs more. */
  squares: Float32Array
  /** [groups, groupSize]: the columns of each group in the order in which they are rounded, largest squares first. */
  order: Uint16Array
  /** [groups, triangleSize]: row j of a triangle holds V[0][j] .. V[j-1][j], D[j], columns in that order. */
  triangles: Float32Array
}

/**
 * Factors H = X^T X, group by group, into V D V^T: V has ones on its diagonal and zeros below it, D is diagonal.
 * The squared error of the outputs for weight errors r is then the sum over columns j of
 * D[j] * (r[j] + sum of r[i] * V[i][j] over i < j)^2: see `quantizeRowsWithFeedback`.
 *
 * @param products H of each group, [groups, groupSize, groupSize]
 * @param damping is added to the diagonal, as a share of its mean: few tokens cannot show that a column never
 *   matters, nor how it varies with the others
 */
export function factorInputs(products: Float32Array, columns: number, damping: number): InputFactors {
  const groups = countGroups(columns)
  const squares = shared(Float32Array, groups * groupSize)
  const order = shared(Uint16Array, groups * groupSize)
  const triangles = shared(Float32Array, groups * triangleSize)
  for (let column = 0; column < columns; column++)
    squares[column] = products[column * groupSize + (column % groupSize)]!
  const mean = squares.reduce((sum, value) => sum + value, 0) / columns
  const added = mean > 0 ? damping * mean : 1
  for (let column = 0; column < squares.length; column++) squares[column]! += added

  const work = new Float64Array(groupSize ** 2)
  for (let group = 0; group < groups; group++) {
    const first = group * groupSize
    const ordered = order.subarray(first, first + groupSize)
    for (let i = 0; i < groupSize; i++) ordered[i] = i
    // Padding stays behind the columns.
    ordered.subarray(0, columns - first).sort((a, b) => squares[first + b]! - squares[first + a]!)
    for (let i = 0; i < groupSize; i++) {
      const row = first + ordered[i]!
      for (let j = 0; j < i; j++) work[i * groupSize + j] = products[row * groupSize + ordered[j]!]!
      work[i * groupSize + i] = squares[row]!
    }
    factor(work)
    for (let row = 0; row < groupSize; row++)
      triangles.set(
        work.subarray(row * groupSize, row * groupSize + row + 1),
        group * triangleSize + triangleRow(row),
      )
  }
  return { squares, order, triangles }
}

function shared<T>(
  type: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
  length: number,
): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT))
}

/** Replaces the lower triangle of a positive matrix by its V^T, with D on the diagonal. */
function factor(matrix: Float64Array): void {
  for (let last = groupSize - 1; last >= 0; last--) {
    const row = last * groupSize
    const pivot = matrix[row + last]!
    for (let i = 0; i < last; i++) {
      const ratio = matrix[row + i]! / pivot
      if (ratio === 0) continue
      const at = i * groupSize
      for (let j = 0; j <= i; j++) matrix[at + j]! -= ratio * matrix[row + j]!
    }
    for (let i = 0; i < last; i++) matrix[row + i]! /= pivot
  }
}
