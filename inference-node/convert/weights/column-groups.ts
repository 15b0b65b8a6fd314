import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import { toFactorization } from './factorization.ts'

/** Multiple of every block size: groups of columns are whole blocks. */
const groupStep = 128

/** Maximum size of the input statistics of all layers in bytes, above which groups get smaller. */
const maxFactorBytes = 640e6

/** The maximum size of the groups of columns for a model: larger groups are nearer, and take memory and time. */
export function chooseMaxGroupSize(config: DecoderConfig): number {
  const { layers, hiddenSize, intermediateSize, attentionHeads, headSize } = config
  const columns = layers * (2 * hiddenSize + attentionHeads * headSize + intermediateSize)
  return columns * bytesPerColumn(1024) <= maxFactorBytes ? 1024 : 512
}

const bytesPerColumn = (groupSize: number) => (groupSize / 2) * Float16Array.BYTES_PER_ELEMENT

/**
 * The size of the groups of columns whose inputs are watched together: as even as whole blocks allow.
 *
 * @param maxSize a multiple of 128
 */
export function chooseGroupSize(columns: number, maxSize: number): number {
  const groups = Math.ceil(columns / maxSize)
  return Math.ceil(columns / groups / groupStep) * groupStep
}

export const countGroups = (columns: number, groupSize: number) => Math.ceil(columns / groupSize)

/** Numbers below the diagonal of one group, row after row. */
export const countTriangle = (groupSize: number) => triangleRow(groupSize)

/** Offset of row `row` in a packed triangle. */
export const triangleRow = (row: number) => (row * (row - 1)) / 2

/**
 * For each dense matrix that is multiplied with: the output that gives X^T X of its inputs X within groups of columns,
 * [groups, groupSize, groupSize]. Matrices with the same inputs share it.
 */
export type Observed = ReadonlyMap<string, ObservedInputs>

export interface ObservedInputs {
  output: string
  columns: number
  groupSize: number
}

/** Covariance of a matrix's inputs within groups of its columns. It lies in shared memory: all worker threads read it. */
export interface InputFactors {
  groupSize: number
  /** Sum of the squares of each column's inputs, damped; an error in a column with large inputs costs more. */
  squares: Float32Array
  /** [groups, groupSize]: the columns of each group in the order in which they are rounded, largest squares first. */
  order: Uint16Array
  /** [groups, numbers of a triangle]: row j of a triangle holds V[0][j] .. V[j-1][j], columns in that order. */
  triangles: Float16Array
}

/**
 * The squares of the inputs of each column.
 *
 * @param products X^T X of each group, [groups, groupSize, groupSize]
 * @param damping is added to each, as a share of their mean: few tokens cannot show that a column never matters
 */
export function sumSquares(
  products: Float32Array,
  columns: number,
  groupSize: number,
  damping: number,
): Float32Array {
  const squares = shared(Float32Array, countGroups(columns, groupSize) * groupSize)
  for (let column = 0; column < columns; column++)
    squares[column] = products[column * groupSize + (column % groupSize)]!
  const mean = squares.reduce((sum, value) => sum + value, 0) / columns
  const added = mean > 0 ? damping * mean : 1
  for (let column = 0; column < squares.length; column++) squares[column]! += added
  return squares
}

/**
 * Factors H = X^T X, group by group, into V D V^T: V has ones on its diagonal and zeros below it, D is diagonal.
 * The squared error of the outputs for weight errors r is then the sum over columns j of
 * D[j] * (r[j] + sum of r[i] * V[i][j] over i < j)^2: see `quantizeRowsWithFeedback`.
 *
 * @param products H of each group, [groups, groupSize, groupSize]
 * @param damping of the squares, which are the diagonal of H: see {@link sumSquares}
 */
export function factorInputs(
  products: Float32Array,
  columns: number,
  groupSize: number,
  damping: number,
): InputFactors {
  const groups = countGroups(columns, groupSize)
  const squares = sumSquares(products, columns, groupSize, damping)
  const order = shared(Uint16Array, groups * groupSize)
  const triangles = shared(Float16Array, groups * countTriangle(groupSize))

  const factorization = toFactorization(groupSize)
  const work = factorization.matrix
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
    factorization.run()
    for (let row = 0; row < groupSize; row++)
      triangles.set(
        work.subarray(row * groupSize, row * groupSize + row),
        group * countTriangle(groupSize) + triangleRow(row),
      )
  }
  return { groupSize, squares, order, triangles }
}

function shared<T>(
  type: { new (buffer: SharedArrayBuffer): T; BYTES_PER_ELEMENT: number },
  length: number,
): T {
  return new type(new SharedArrayBuffer(length * type.BYTES_PER_ELEMENT))
}
