import { ModelError } from '../model/model-error.ts'
import type { DecoderConfig } from './checkpoint/decoder-config.ts'
import type { DenseFormat } from './checkpoint/floats.ts'
import type { WeightFormats } from './weights/matrix-formats.ts'
import type { BlockFormat } from './weights/quantize.ts'
import type { RowFormat } from './weights/quantize-by-row.ts'

export type OutputPrecision = 'fp32' | 'bf16' | 'fp16' | 'int8' | 'int4'
export type ConversionTarget = 'cpu' | 'webgpu' | 'cuda'

/**
 * Number of weights that share a scale. `mixed`: 128 in the gate and up matrices, more than half of a layer, and 32 in the
 * others, where large blocks cost more of the quality: see docs/QUANTIZATION.md. `row`: a whole row, for integer
 * products on the CPU, in int8 only.
 */
export type BlockSize = 32 | 64 | 128 | 'mixed' | 'row'

export interface PrecisionOptions {
  precision: OutputPrecision
  blockSize: BlockSize
  target: ConversionTarget
  /** Precision of activations in quantized products: rounded to int8 (several times faster on a CPU), or full. */
  activations: 'int8' | 'full'
  /** Bits of integers by row, 7 unless given: see {@link RowFormat}. */
  rowBits?: RowFormat['bits']
}

/**
 * The number formats of a precision. On the CPU activations and cache are float32, which its kernels
 * prefer; on a GPU they are float16 unless the whole model is to be float32, or bfloat16 on CUDA where activations leave
 * the range of float16.
 *
 * Of int8 by row keys and values are in blocks of 32: they are few, and a third of what rounding by row loses is theirs.
 * An int4 model stores as int8 what loses most at four bits: keys and values, the embedding and output matrix, and in blocks
 * of 32, the choice for quality, the matrices that `toRole` calls sensitive. See docs/QUANTIZATION.md for what that
 * buys. Where the hidden size is not a multiple of 32 the embedding and output matrix are not quantized.
 *
 * @throws ModelError when the options do not go together
 */
export function weightFormats(options: PrecisionOptions, config: DecoderConfig): WeightFormats {
  const { precision, target } = options
  const takesRows = precision === 'int8' && target === 'cpu' && options.activations === 'int8'
  if (options.blockSize === 'row' && !takesRows)
    throw new ModelError('blocks of a whole row are for int8 with activations in int8, on the CPU')
  if (precision === 'fp32') return unquantized('float32')
  if (precision === 'fp16') return unquantized('float16')
  if (precision === 'bf16' && target !== 'cuda')
    throw new ModelError('bf16 is for cuda: other devices do not compute in it')
  if (precision === 'bf16') return unquantized('bfloat16')
  const dense = activationFormat(target, config)
  // Halves hold a scale to a thousandth of itself, in half the bytes; rounding takes the rest into account.
  const scaleType = dense === 'bfloat16' ? dense : 'float16'
  const eightBits = (blockSize: number): BlockFormat => ({
    bits: 8,
    blockSize,
    scaleCandidates: 1,
    scaleType,
    zeroPoints: false,
  })
  // The products of WebGPU are checked without zero points alone.
  const fourBits = (blockSize: number): BlockFormat => ({
    bits: 4,
    blockSize,
    scaleCandidates: 8,
    scaleType,
    zeroPoints: target !== 'webgpu',
  })
  const [narrow, wide] = toBlockSizes(options.blockSize)
  const isFine = precision === 'int4' && options.blockSize === 32
  const wanted = wide === 'row' || isFine ? 64 : wide
  // On the CPU blocks of 128 are multiplied two rows at a time, for which one row alone would have to be padded.
  const block = vocabularyBlock(target === 'cpu' ? Math.min(wanted, 64) : wanted, config.hiddenSize)
  const byRow = (parts: number): RowFormat => ({ kind: 'rows', bits: options.rowBits ?? 7, parts })
  const layers = (size: number | 'row', parts = 1) =>
    size === 'row' ? byRow(parts) : precision === 'int4' ? fourBits(size) : eightBits(size)
  const attention = layers(narrow)
  const eight = eightBits(64)
  return {
    ...toFormats(dense),
    attention,
    keysAndValues: precision === 'int4' ? eight : narrow === 'row' ? eightBits(32) : attention,
    gateAndUp: layers(wide),
    down: layers(narrow, countDownParts(config.intermediateSize)),
    ...(isFine ? { sensitive: eight } : {}),
    vocabulary: block === null ? null : eightBits(block),
    roundsActivations: options.activations === 'int8',
    padsRows: target === 'cpu' && options.activations === 'int8',
  }
}

const toBlockSizes = (size: BlockSize) => (size === 'mixed' ? ([32, 128] as const) : ([size, size] as const))

function activationFormat(target: ConversionTarget, { overflowsHalf }: DecoderConfig): DenseFormat {
  if (target === 'cpu') return 'float32'
  return target === 'cuda' && overflowsHalf ? 'bfloat16' : 'float16'
}

const toFormats = (dense: DenseFormat) => ({
  dense,
  norms: dense === 'bfloat16' ? ('float32' as const) : dense,
})

const unquantized = (dense: DenseFormat): WeightFormats => ({
  ...toFormats(dense),
  attention: null,
  keysAndValues: null,
  gateAndUp: null,
  down: null,
  vocabulary: null,
  roundsActivations: false,
  padsRows: false,
})

/** GatherBlockQuantized, which reads the embedding, takes whole blocks only; null when none divides a row. */
function vocabularyBlock(wanted: number, hiddenSize: number): number | null {
  return [wanted, 64, 32].find((size) => size <= wanted && hiddenSize % size === 0) ?? null
}

/**
 * The parts of a row in the down matrix, whose inputs differ most in size: most of what int8 by row loses by rounding
 * activations is lost there. They are whole vectors of the kernels, and long enough that the operators of a part cost
 * little beside its product.
 */
const countDownParts = (columns: number): number =>
  [4, 2].find((parts) => columns % (parts * 8) === 0 && columns / parts >= minPartColumns) ?? 1

const minPartColumns = 256
