/**
 * Measures the error of a GGUF file's matrices against the checkpoint, and that of int4 in blocks of 32 rounded to the nearest:
 * |rounded - weights| / |weights|, by format of the GGUF file.
 *
 *     python bench/convert/llama_cpp_gguf.py <checkpoint> gguf Q4_K_M
 *     node bench/convert/matrix-errors.ts <checkpoint> gguf/Q4_K_M.gguf
 */
import { parseArgs } from 'node:util'
import { readDecoderConfig } from '../../inference-node/convert/checkpoint/decoder-config.ts'
import { openCheckpoint } from '../../inference-node/convert/checkpoint/open-checkpoint.ts'
import { storedBytes } from '../../inference-node/convert/checkpoint/stored-formats.ts'
import { TensorReader } from '../../inference-node/convert/checkpoint/tensor-reader.ts'
import {
  type BlockFormat,
  blockBytes,
  blocksPerRow,
  dequantizeRows,
  quantizeRows,
  zeroPointBytes,
} from '../../inference-node/convert/weights/quantize.ts'

const { positionals } = parseArgs({ allowPositionals: true })
const [path, gguf] = positionals
if (!path || !gguf) throw new Error('usage: node bench/convert/matrix-errors.ts <checkpoint> <file.gguf>')

const ours: BlockFormat = {
  bits: 4,
  blockSize: 32,
  scaleCandidates: 8,
  scaleType: 'float16',
  zeroPoints: true,
}
const checkpoint = await openCheckpoint(path)
const quantized = await openCheckpoint(gguf, path)
const config = readDecoderConfig(checkpoint.config)
const { hiddenSize, intermediateSize } = config
const queryRows = config.attentionHeads * config.headSize
const kvRows = config.kvHeads * config.headSize
const shapes: Record<string, [number, number]> = {
  'self_attn.q_proj': [queryRows, hiddenSize],
  'self_attn.k_proj': [kvRows, hiddenSize],
  'self_attn.v_proj': [kvRows, hiddenSize],
  'self_attn.o_proj': [hiddenSize, queryRows],
  'mlp.gate_proj': [intermediateSize, hiddenSize],
  'mlp.up_proj': [intermediateSize, hiddenSize],
  'mlp.down_proj': [hiddenSize, intermediateSize],
}

interface Sums {
  matrices: number
  weights: number
  bytes: number
  ourBytes: number
  squares: number
  off: number
  ourOff: number
}
const reader = new TensorReader(checkpoint, () => {})
const quantizedReader = new TensorReader(quantized, () => {})
const groups = new Map<string, Sums>()
for (let layer = 0; layer < config.layers; layer++)
  for (const [part, shape] of Object.entries(shapes)) {
    const name = `model.layers.${layer}.${part}.weight`
    const [rows, columns] = shape
    const weights = new Float32Array(rows * columns)
    await reader.whole(name, shape, weights)
    const theirs = new Float32Array(rows * columns)
    await quantizedReader.whole(name, shape, theirs)
    const rounded = dequantizeRows(quantizeRows(weights, columns, ours), columns, ours)
    const { format } = quantized.tensor(name, shape)
    const sums = groups.get(format) ?? {
      matrices: 0,
      weights: 0,
      bytes: 0,
      ourBytes: 0,
      squares: 0,
      off: 0,
      ourOff: 0,
    }
    groups.set(format, sums)
    sums.matrices++
    sums.weights += weights.length
    sums.bytes += storedBytes(format, weights.length)
    sums.ourBytes +=
      rows * (blocksPerRow(columns, ours) * (blockBytes(ours) + 2) + zeroPointBytes(columns, ours))
    for (let i = 0; i < weights.length; i++) {
      sums.squares += weights[i]! ** 2
      sums.off += (theirs[i]! - weights[i]!) ** 2
      sums.ourOff += (rounded[i]! - weights[i]!) ** 2
    }
  }

console.log('| format | matrices | bits a weight | error | int4, block 32: bits a weight | error |')
console.log('|---|---|---|---|---|---|')
for (const [format, { matrices, weights, bytes, ourBytes, squares, off, ourOff }] of groups)
  console.log(
    `| ${format} | ${matrices} | ${((8 * bytes) / weights).toFixed(3)} | ${Math.sqrt(off / squares).toFixed(4)} | ${((8 * ourBytes) / weights).toFixed(3)} | ${Math.sqrt(ourOff / squares).toFixed(4)} |`,
  )
