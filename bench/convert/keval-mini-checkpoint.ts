import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BlockFormat, dequantizeRows } from '../../inference-node/convert/weights/quantize.ts'
import { readExternalTensors } from './onnx-initializers.ts'

const model = join(import.meta.dirname, '../../keval-mini/model')

/** The format in which keval-mini is in the repository. */
const stored: BlockFormat = {
  bits: 8,
  blockSize: 32,
  scaleCandidates: 1,
  scaleType: 'float32',
  zeroPoints: false,
}

interface PlainTensor {
  name: string
  shape: number[]
  weights: Float32Array
}

/**
 * Writes keval-mini as a float32 checkpoint: its int8 weights, each with a uniform number of one step of its block
 * added, so that no format gains from resembling int8.
 */
export function writeKevalMini(folder: string): void {
  const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8'))
  const external = readExternalTensors(readFileSync(join(model, 'model.onnx')))
  const data = readFileSync(join(model, 'model.onnx.data'))
  const read = (name: string) => {
    const { offset, bytes } = external.get(name)!
    return new Uint8Array(data.subarray(offset, offset + bytes))
  }
  const floats = (name: string) => new Float32Array(read(name).buffer)
  const random = uniform(1)
  const tensors: PlainTensor[] = []
  for (const [name, { shape }] of external) {
    if (/layernorm\.weight$|^model\.norm\.weight$/.test(name))
      tensors.push({ name, shape, weights: floats(name) })
    const matrix = /^(.*\.weight)\.integers$/.exec(name)?.[1]
    if (matrix === undefined) continue
    const scales = floats(`${matrix}.scales`)
    const columns = shape[1]! * stored.blockSize
    const rows = { integers: read(name), scales, zeroPoints: new Uint8Array(scales.length).fill(128) }
    const weights = dequantizeRows(rows, columns, stored)
    for (let i = 0; i < weights.length; i++)
      weights[i]! += scales[Math.floor(i / stored.blockSize)]! * random()
    tensors.push(...split({ name: matrix, shape: [shape[0]!, columns], weights }, config))
  }
  mkdirSync(folder, { recursive: true })
  writeTensors(join(folder, 'model.safetensors'), tensors)
  for (const name of ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'])
    if (existsSync(join(model, name))) copyFileSync(join(model, name), join(folder, name))
}

/** Queries, keys and values, which a converted model has as one matrix. */
function split(matrix: PlainTensor, config: Record<string, number>): PlainTensor[] {
  if (!matrix.name.includes('qkv_proj')) return [matrix]
  const [, columns] = matrix.shape as [number, number]
  let at = 0
  return (['q', 'k', 'v'] as const).map((part) => {
    const rows = config[part === 'q' ? 'num_attention_heads' : 'num_key_value_heads']! * config.head_dim!
    const weights = matrix.weights.slice(at * columns, (at + rows) * columns)
    at += rows
    return { name: matrix.name.replace('qkv_proj', `${part}_proj`), shape: [rows, columns], weights }
  })
}

function writeTensors(file: string, tensors: readonly PlainTensor[]) {
  let at = 0
  const entries = tensors.map(({ name, shape, weights }) => {
    const begin = at
    at += weights.byteLength
    return [name, { dtype: 'F32', shape, data_offsets: [begin, at] }]
  })
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const bodies = tensors.map(
    ({ weights }) => new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength),
  )
  writeFileSync(file, Buffer.concat([length, header, ...bodies]))
}

/** Numbers from -0.5 to 0.5, the same in every run. */
function uniform(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32 - 0.5
  }
}
