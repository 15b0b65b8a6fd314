import { closeSync, copyFileSync, mkdirSync, openSync, readdirSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { openCheckpoint } from '../../inference-node/convert/checkpoint/checkpoint.ts'
import { readSafetensors, type StoredTensor } from '../../inference-node/convert/checkpoint/safetensors.ts'
import { TensorReader } from '../../inference-node/convert/checkpoint/tensor-reader.ts'

const layerMatrix = /\.layers\.\d+\..*_proj\.weight$/

/**
 * Copies a checkpoint with the matrices of its layers rounded to asymmetric int4: each block of neighbours has a
 * scale and an integer zero point, which lets 16 steps span from its smallest weight to its largest. What comes out
 * is float32 again: it shows what the format costs, without a graph that has it.
 */
export async function roundWithZeroPoints(source: string, target: string, blockSize: number): Promise<void> {
  mkdirSync(target, { recursive: true })
  for (const name of readdirSync(source))
    if (!/\.safetensors(\.index\.json)?$/.test(name)) copyFileSync(join(source, name), join(target, name))
  const checkpoint = await openCheckpoint(source)
  const tensors: StoredTensor[] = []
  for (const file of checkpoint.files) tensors.push(...(await readSafetensors(file)).values())
  let at = 0
  const entries = tensors.map(({ name, shape }) => {
    const begin = at
    at += 4 * size(shape)
    return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const file = openSync(join(target, 'model.safetensors'), 'w')
  writeSync(file, Buffer.concat([length, header]))
  const reader = new TensorReader(checkpoint, () => {})
  for (const { name, shape } of tensors) {
    const weights = new Float32Array(size(shape))
    await reader.whole(name, shape, weights)
    if (layerMatrix.test(name)) roundRows(weights, shape[1]!, blockSize)
    writeSync(file, new Uint8Array(weights.buffer))
  }
  closeSync(file)
}

function roundRows(weights: Float32Array, columns: number, blockSize: number): void {
  for (let row = 0; row < weights.length; row += columns)
    for (let first = 0; first < columns; first += blockSize)
      roundBlock(weights.subarray(row + first, row + Math.min(columns, first + blockSize)))
}

function roundBlock(block: Float32Array): void {
  const lowest = Math.min(0, ...block)
  const scale = (Math.max(0, ...block) - lowest) / 15
  if (scale === 0) return
  const zero = Math.round(-lowest / scale)
  for (let i = 0; i < block.length; i++) {
    const integer = Math.min(15, Math.max(0, Math.round(block[i]! / scale) + zero))
    block[i] = (integer - zero) * scale
  }
}

const size = (shape: readonly number[]) => shape.reduce((a, b) => a * b, 1)
