import { type DenseFormat, roundTo } from '../checkpoint/floats.ts'

/** How weights become small integers: groups of `blockSize` neighbours in a row share one scale. */
export interface BlockFormat {
  bits: 4 | 8
  blockSize: number
  /** How many scales are tried per block, an even number; 1 takes the block's largest weight as the end of the range. */
  scaleCandidates: number
  /** Number format in which scales are stored. */
  scaleType: DenseFormat
}

export const blocksPerRow = (columns: number, format: BlockFormat) => Math.ceil(columns / format.blockSize)

/** Bytes of the integers of one block. */
export const blockBytes = (format: BlockFormat) => (format.blockSize * format.bits) / 8

/**
 * Quantizes a row-major matrix for ONNX Runtime's MatMulNBits: weight = (integer - 2^(bits-1)) * scale, integers
 * packed low nibble first, [rows, blocks, blockBytes]; scales [rows, blocks]. The last block of a row is padded
 * with zeros. Format: onnxruntime docs/ContribOperators.md, MatMulNBits.
 *
 * For every candidate scale the integers are rounded, then the scale that fits them best in the least-squares
 * sense is computed; the pair with the smallest squared error is kept.
 */
export function quantizeRows(
  weights: Float32Array,
  columns: number,
  format: BlockFormat,
  integers: Uint8Array,
  scales: Float32Array,
): void {
  const rows = weights.length / columns
  const blocks = blocksPerRow(columns, format)
  const bytes = blockBytes(format)
  const block = new Float64Array(format.blockSize)
  const counts = new Float64Array(format.blockSize).fill(1)
  for (let row = 0; row < rows; row++)
    for (let index = 0; index < blocks; index++) {
      const start = row * columns + index * format.blockSize
      const length = Math.min(format.blockSize, columns - index * format.blockSize)
      for (let i = 0; i < length; i++) block[i] = weights[start + i]!
      block.fill(0, length)
      const scale = storedScale(bestScale(block, counts, format), format)
      scales[row * blocks + index] = scale
      pack(block, scale, format, integers, (row * blocks + index) * bytes)
    }
}

/** Adding and taking away 1.5 * 2^52 rounds a double to the nearest integer, ties to even. */
export const rounding = 6755399441055744

export function bestScale(
  block: Float64Array,
  counts: Float64Array,
  { bits, scaleCandidates }: BlockFormat,
): number {
  const lowest = -(2 ** (bits - 1))
  const highest = -lowest - 1
  let extreme = 0
  for (let i = 0; i < block.length; i++) if (Math.abs(block[i]!) > Math.abs(extreme)) extreme = block[i]!
  if (extreme === 0) return 0
  // The range has one step more below zero than above: the extreme weight goes there, whatever its sign.
  const first = extreme / lowest
  if (scaleCandidates === 1) return first

  let best = first
  let bestGain = -1
  const invert = (candidate: number) => 1 / (first * (1.15 - (0.5 * candidate) / (scaleCandidates - 1)))
  // Two candidates at a time: the sums of one are made while the other's wait.
  for (let candidate = 0; candidate < scaleCandidates; candidate += 2) {
    const inverse = invert(candidate)
    const otherInverse = invert(candidate + 1)
    let product = 0
    let square = 0
    let otherProduct = 0
    let otherSquare = 0
    for (let i = 0; i < block.length; i++) {
      const weight = block[i]!
      const count = counts[i]!
      let integer = weight * inverse + rounding - rounding
      if (integer > highest) integer = highest
      else if (integer < lowest) integer = lowest
      const counted = count * integer
      product += weight * counted
      square += integer * counted
      let other = weight * otherInverse + rounding - rounding
      if (other > highest) other = highest
      else if (other < lowest) other = lowest
      const otherCounted = count * other
      otherProduct += weight * otherCounted
      otherSquare += other * otherCounted
    }
    // With scale = product / square the squared error is a constant - product^2 / square.
    const gain = square > 0 ? (product * product) / square : 0
    if (gain > bestGain) {
      bestGain = gain
      best = product / square
    }
    const otherGain = otherSquare > 0 ? (otherProduct * otherProduct) / otherSquare : 0
    if (otherGain > bestGain) {
      bestGain = otherGain
      best = otherProduct / otherSquare
    }
  }
  return best
}

export const storedScale = (scale: number, { scaleType }: BlockFormat) => roundTo(scaleType, scale)

export function pack(
  block: Float64Array,
  scale: number,
  { bits }: BlockFormat,
  integers: Uint8Array,
  at: number,
) {
  const zero = 2 ** (bits - 1)
  const highest = 2 * zero - 1
  const inverse = scale === 0 ? 0 : 1 / scale
  let low = 0
  for (let i = 0; i < block.length; i++) {
    const integer = Math.min(highest, Math.max(0, block[i]! * inverse + rounding - rounding + zero))
    if (bits === 8) integers[at + i] = integer
    else if (i % 2 === 0) low = integer
    else integers[at + (i >> 1)] = low | (integer << 4)
  }
}

/** The weights that {@link quantizeRows} stands for, in the same row-major order. */
export function dequantizeRows(
  integers: Uint8Array,
  scales: Float32Array,
  columns: number,
  format: BlockFormat,
): Float32Array {
  const blocks = blocksPerRow(columns, format)
  const rows = scales.length / blocks
  const zero = 2 ** (format.bits - 1)
  const weights = new Float32Array(rows * columns)
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const block = row * blocks + Math.floor(column / format.blockSize)
      const within = column % format.blockSize
      const byte = integers[block * blockBytes(format) + (format.bits === 8 ? within : within >> 1)]!
      const integer = format.bits === 8 ? byte : within % 2 === 0 ? byte & 15 : byte >> 4
      weights[row * columns + column] = (integer - zero) * scales[block]!
    }
  return weights
}
