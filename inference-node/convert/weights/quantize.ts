import { type DenseFormat, roundTo } from '../checkpoint/floats.ts'
import { GridSums } from './grid-sums.ts'
import { reuse } from './wasm.ts'

/** Number format of weights in blocks: `blockSize` neighbours in a row share one scale, and a zero point if it has them. */
export interface BlockFormat {
  bits: 4 | 8
  blockSize: number
  /** Number of scales tried per block, even; 1 takes the block's largest weight as the end of the range. */
  scaleCandidates: number
  /** Number format in which scales are stored. */
  scaleType: DenseFormat
  /** True if each block has an integer that stands for zero; else the middle of the range does. Needs four bits and candidates. */
  zeroPoints: boolean
}

/** Weights in blocks: weight = (integer - zero point) * scale. */
export interface QuantizedRows {
  /** [rows, blocks, bytes per block], four bits packed low nibble first. */
  integers: Uint8Array
  /** [rows, blocks] */
  scales: Float32Array
  /** [rows, blocks], one byte each; the middle of the range where the format has none. */
  zeroPoints: Uint8Array
}

export const blocksPerRow = (columns: number, format: BlockFormat) => Math.ceil(columns / format.blockSize)

/** Bytes of the integers of one block. */
export const blockBytes = (format: BlockFormat) => (format.blockSize * format.bits) / 8

/** Bytes of the packed zero points of one row. */
export const zeroPointBytes = (columns: number, format: BlockFormat) =>
  Math.ceil((blocksPerRow(columns, format) * format.bits) / 8)

/** The integer that stands for zero without zero points. */
const middle = ({ bits }: BlockFormat) => 2 ** (bits - 1)

/** Room for the quantized form of so many rows. */
export function allocateRows(rows: number, columns: number, format: BlockFormat): QuantizedRows {
  const blocks = rows * blocksPerRow(columns, format)
  return {
    integers: new Uint8Array(blocks * blockBytes(format)),
    scales: new Float32Array(blocks),
    zeroPoints: new Uint8Array(blocks),
  }
}

/**
 * Quantizes a row-major matrix for ONNX Runtime's MatMulNBits. The last block of a row is padded with zeros.
 * Format: onnxruntime docs/ContribOperators.md, MatMulNBits.
 *
 * For every candidate scale the integers are rounded, then the scale that fits them best in the least-squares
 * sense is computed; the pair with the smallest squared error is kept.
 */
export function quantizeRows(weights: Float32Array, columns: number, format: BlockFormat): QuantizedRows {
  const rows = weights.length / columns
  const blocks = blocksPerRow(columns, format)
  const result = allocateRows(rows, columns, format)
  const search = toGridSearch(format)
  const { block } = search
  search.counts.fill(1)
  for (let row = 0; row < rows; row++)
    for (let index = 0; index < blocks; index++) {
      const start = row * columns + index * format.blockSize
      const length = Math.min(format.blockSize, columns - index * format.blockSize)
      for (let i = 0; i < length; i++) block[i] = weights[start + i]!
      block.fill(0, length)
      search.choose(result, row * blocks + index)
      pack(block, format, result, row * blocks + index)
    }
  return result
}

/** Adding and taking away 1.5 * 2^52 rounds a double to the nearest integer, ties to even. */
export const rounding = 6755399441055744

/** Chooses the scale and zero point of blocks of weights, one after the other. */
class GridSearch {
  /** Receives the weights of the next block. */
  readonly block: Float64Array
  /** Receives how much the error of each weight counts. */
  readonly counts: Float64Array
  readonly #format: BlockFormat
  readonly #sums: GridSums
  /** The integer that stands for zero in each grid. */
  readonly #zeros: Uint8Array
  #grids = 0

  constructor(format: BlockFormat) {
    const { blockSize, scaleCandidates, zeroPoints } = format
    const grids = scaleCandidates * (zeroPoints ? 3 : 1)
    this.#format = format
    this.#sums = new GridSums(blockSize, grids)
    this.#zeros = new Uint8Array(grids)
    this.block = this.#sums.weights
    this.counts = this.#sums.counts
  }

  /**
   * Chooses the grid of the block.
   *
   * @param index of the block in `result`, which receives scale and zero point
   */
  choose(result: QuantizedRows, index: number): void {
    const { block } = this
    const format = this.#format
    const zero = middle(format)
    let low = 0
    let high = 0
    for (let i = 0; i < block.length; i++) {
      if (block[i]! < low) low = block[i]!
      else if (block[i]! > high) high = block[i]!
    }
    // The range has one step more below zero than above: the extreme weight goes there, whatever its sign.
    const extreme = high > -low ? high : low
    const first = extreme === 0 ? 0 : extreme / -zero
    let scale = first
    let zeroPoint = zero
    if (first !== 0 && format.scaleCandidates > 1) {
      this.#grids = 0
      this.#addSymmetric(first)
      if (format.zeroPoints) this.#addZeroPoints(low, high)
      const best = this.#findBest()
      const { products, squares } = this.#sums
      if (best >= 0) {
        scale = products[best]! / squares[best]!
        zeroPoint = this.#zeros[best]!
      }
    }
    result.scales[index] = roundTo(format.scaleType, scale)
    result.zeroPoints[index] = zeroPoint
  }

  /** Adds scales around the largest weight, with zero in the middle of the range. */
  #addSymmetric(first: number) {
    const { scaleCandidates } = this.#format
    for (let candidate = 0; candidate < scaleCandidates; candidate++)
      this.#add(1 / (first * (1.15 - (0.5 * candidate) / (scaleCandidates - 1))), middle(this.#format))
  }

  /** Adds scales that let the range span from the smallest weight to the largest, or a little less. */
  #addZeroPoints(low: number, high: number) {
    const { scaleCandidates } = this.#format
    const highest = 2 * middle(this.#format) - 1
    const step = (high - low) / highest
    for (let candidate = 0; candidate < scaleCandidates; candidate++) {
      const inverse = 1 / (step * (1.05 - (0.4 * candidate) / (scaleCandidates - 1)))
      const zero = highest / 2 - ((low + high) / 2) * inverse
      const below = Math.min(highest, Math.max(0, Math.floor(zero)))
      this.#add(inverse, below)
      this.#add(inverse, Math.min(highest, below + 1))
    }
  }

  #add(inverse: number, zero: number) {
    const { inverses, lowest, highest } = this.#sums
    const grid = this.#grids++
    inverses[grid] = inverse
    lowest[grid] = -zero
    highest[grid] = 2 * middle(this.#format) - 1 - zero
    this.#zeros[grid] = zero
  }

  /** With scale = product / square the squared error is a constant - product^2 / square. */
  #findBest(): number {
    const { products, squares } = this.#sums
    this.#sums.addUp()
    let best = -1
    let bestGain = 0
    for (let grid = 0; grid < this.#grids; grid++) {
      const gain = squares[grid]! > 0 ? products[grid]! ** 2 / squares[grid]! : 0
      if (gain <= bestGain) continue
      bestGain = gain
      best = grid
    }
    return best
  }
}

/** The search for blocks of a format; one at a time in a thread. */
export const toGridSearch = reuse((format: BlockFormat) => new GridSearch(format))

/** Rounds a block to the grid that `result` holds for it, and stores its integers there. */
export function pack(block: Float64Array, format: BlockFormat, result: QuantizedRows, index: number) {
  const { integers, scales, zeroPoints } = result
  const at = index * blockBytes(format)
  const scale = scales[index]!
  const zero = zeroPoints[index]!
  const highest = 2 * middle(format) - 1
  const inverse = scale === 0 ? 0 : 1 / scale
  let low = 0
  for (let i = 0; i < block.length; i++) {
    const integer = Math.min(highest, Math.max(0, block[i]! * inverse + rounding - rounding + zero))
    if (format.bits === 8) integers[at + i] = integer
    else if (i % 2 === 0) low = integer
    else integers[at + (i >> 1)] = low | (integer << 4)
  }
}

/** The zero points of rows as MatMulNBits takes them: four bits each, low nibble first, every row in whole bytes. */
export function packZeroPoints(zeroPoints: Uint8Array, columns: number, format: BlockFormat): Uint8Array {
  const blocks = blocksPerRow(columns, format)
  const rows = zeroPoints.length / blocks
  const bytes = zeroPointBytes(columns, format)
  const packed = new Uint8Array(rows * bytes)
  for (let row = 0; row < rows; row++)
    for (let block = 0; block < blocks; block++)
      packed[row * bytes + (block >> 1)]! |= zeroPoints[row * blocks + block]! << (block % 2 === 0 ? 0 : 4)
  return packed
}

/** The weights that {@link quantizeRows} stands for, in the same row-major order. */
export function dequantizeRows(
  { integers, scales, zeroPoints }: QuantizedRows,
  columns: number,
  format: BlockFormat,
): Float32Array {
  const blocks = blocksPerRow(columns, format)
  const rows = scales.length / blocks
  const weights = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const block = row * blocks + Math.floor(column / format.blockSize)
      const within = column % format.blockSize
      const byte = integers[block * blockBytes(format) + (format.bits === 8 ? within : within >> 1)]!
      const integer = format.bits === 8 ? byte : within % 2 === 0 ? byte & 15 : byte >> 4
      weights[row * columns + column] = (integer - zeroPoints[block]!) * scales[block]!
    }
  return weights
}
