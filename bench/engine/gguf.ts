import { createCipheriv, randomBytes } from 'node:crypto'
import { closeSync, openSync, renameSync, writeSync } from 'node:fs'
import { type LlamaShape, shapes } from '../convert/random-checkpoint.ts'

/** GGUF's block formats: number, weights and bytes of a block, and where its half-precision scales stand. */
const formats = {
  f32: { type: 0, weights: 1, bytes: 4 },
  q4_0: { type: 2, weights: 32, bytes: 18 },
  q8_0: { type: 8, weights: 32, bytes: 34 },
  q4_k: { type: 12, weights: 256, bytes: 144 },
  q6_k: { type: 14, weights: 256, bytes: 210 },
} as const
type Format = keyof typeof formats

const alignment = 32
const u32 = (value: number) => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (value: number) => Buffer.from(BigUint64Array.of(BigInt(value)).buffer)
const f32 = (value: number) => Buffer.from(Float32Array.of(value).buffer)
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)])
const entry = (key: string, type: number, value: Buffer) => Buffer.concat([text(key), u32(type), value])

/** The formats of llama.cpp in the bench. Q4_K_M keeps the vocabulary and part of `v` and `down` at six bits; the others keep the vocabulary at eight. */
export type GgufQuantization = 'q4_0' | 'q4_k_m' | 'q8_0'

/** Writes a Llama of random weights in llama.cpp's format: the same shape as the ONNX model. */
export function writeRandomGguf(file: string, shape: LlamaShape, quantization: GgufQuantization): void {
  const config = shapes[shape]
  const { hidden_size: hidden, intermediate_size: inner, vocab_size: vocabulary, head_dim: head } = config
  const tensors: { name: string; shape: number[]; format: Format }[] = []
  const add = (name: string, dimensions: number[], format: Format) =>
    tensors.push({ name, shape: dimensions, format })
  const layers = quantization === 'q4_k_m' ? 'q4_k' : quantization
  add('token_embd.weight', [hidden, vocabulary], quantization === 'q4_k_m' ? 'q6_k' : 'q8_0')
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const wide = quantization === 'q4_k_m' && isWide(layer, config.num_hidden_layers) ? 'q6_k' : layers
    const queries = config.num_attention_heads * head
    const keys = config.num_key_value_heads * head
    const block = `blk.${layer}.`
    add(`${block}attn_norm.weight`, [hidden], 'f32')
    add(`${block}attn_q.weight`, [hidden, queries], layers)
    add(`${block}attn_k.weight`, [hidden, keys], layers)
    add(`${block}attn_v.weight`, [hidden, keys], wide)
    add(`${block}attn_output.weight`, [queries, hidden], layers)
    add(`${block}ffn_norm.weight`, [hidden], 'f32')
    add(`${block}ffn_gate.weight`, [hidden, inner], layers)
    add(`${block}ffn_up.weight`, [hidden, inner], layers)
    add(`${block}ffn_down.weight`, [inner, hidden], wide)
  }
  add('output_norm.weight', [hidden], 'f32')
  const metadata = [
    entry('general.architecture', 8, text('llama')),
    entry('llama.block_count', 4, u32(config.num_hidden_layers)),
    entry('llama.context_length', 4, u32(8192)),
    entry('llama.embedding_length', 4, u32(hidden)),
    entry('llama.feed_forward_length', 4, u32(inner)),
    entry('llama.attention.head_count', 4, u32(config.num_attention_heads)),
    entry('llama.attention.head_count_kv', 4, u32(config.num_key_value_heads)),
    entry('llama.attention.layer_norm_rms_epsilon', 6, f32(1e-5)),
    entry('llama.attention.key_length', 4, u32(head)),
    entry('llama.attention.value_length', 4, u32(head)),
    entry('llama.rope.dimension_count', 4, u32(head)),
    entry('llama.rope.freq_base', 6, f32(500_000)),
    entry('llama.vocab_size', 4, u32(vocabulary)),
    ...madeUpVocabulary(vocabulary),
  ]
  let end = 0
  const heads = tensors.map(({ name, shape: dimensions, format }) => {
    const offset = end
    end = aligned(end + byteLength(dimensions, format))
    const sizes = Buffer.concat(dimensions.map(u64))
    return Buffer.concat([text(name), u32(dimensions.length), sizes, u32(formats[format].type), u64(offset)])
  })
  const header = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(tensors.length),
    u64(metadata.length),
    ...metadata,
    ...heads,
  ])
  const output = openSync(`${file}.partial`, 'w')
  writeSync(output, Buffer.concat([header, Buffer.alloc(aligned(header.length) - header.length)]))
  for (const { shape: dimensions, format } of tensors) {
    const data = randomBlocks(byteLength(dimensions, format), format, dimensions[0]!)
    writeSync(output, Buffer.concat([data, Buffer.alloc(aligned(data.length) - data.length)]))
  }
  closeSync(output)
  renameSync(`${file}.partial`, file) // one that was broken off is not taken for whole
}

/** The layers whose values and down matrix have six bits in Q4_K_M: the first and last eighth and every third between. */
function isWide(layer: number, layers: number): boolean {
  const eighth = Math.floor(layers / 8)
  return layer < eighth || layer >= layers - eighth || (layer - eighth) % 3 === 2
}

const aligned = (size: number) => Math.ceil(size / alignment) * alignment

function byteLength(dimensions: number[], format: Format): number {
  const { weights, bytes } = formats[format]
  return (dimensions.reduce((a, b) => a * b, 1) / weights) * bytes
}

/** Random weights with scales that keep a layer's output about as large as its input. */
function randomBlocks(size: number, format: Format, width: number): Buffer {
  if (format === 'f32') return Buffer.from(new Float32Array(size / 4).fill(1).buffer)
  const data = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16)).update(Buffer.alloc(size))
  const { bytes } = formats[format]
  const scale = 1 / Math.sqrt(width)
  for (let at = 0; at < size; at += bytes) {
    if (format === 'q4_k') {
      data.writeUInt16LE(half(scale / 150), at)
      data.writeUInt16LE(half((scale * 7.5) / 150), at + 2)
      data.fill(0x20, at + 4, at + 16)
    } else if (format === 'q6_k') {
      data.fill(8, at + 192, at + 208)
      data.writeUInt16LE(half(scale / 148), at + 208)
    } else data.writeUInt16LE(half(scale / (format === 'q8_0' ? 74 : 4.6)), at)
  }
  return data
}

/** The bits of a positive number as a half, without rounding. */
function half(value: number): number {
  const exponent = Math.floor(Math.log2(value))
  if (exponent < -14) return Math.floor(value * 2 ** 24)
  return ((exponent + 15) << 10) | Math.floor((value / 2 ** exponent - 1) * 1024)
}

function madeUpVocabulary(size: number): Buffer[] {
  const names = Array.from({ length: size }, (_, id) =>
    text(id < 259 && id > 2 ? `<0x${(id - 3).toString(16).toUpperCase().padStart(2, '0')}>` : `t${id}`),
  )
  const kinds = Int32Array.from({ length: size }, (_, id) => (id < 3 ? 3 : id < 259 ? 6 : 1))
  const scores = Float32Array.from({ length: size }, (_, id) => -id)
  const array = (type: number, data: Buffer) => Buffer.concat([u32(type), u64(size), data])
  return [
    entry('tokenizer.ggml.model', 8, text('llama')),
    entry('tokenizer.ggml.tokens', 9, array(8, Buffer.concat(names))),
    entry('tokenizer.ggml.scores', 9, array(6, Buffer.from(scores.buffer))),
    entry('tokenizer.ggml.token_type', 9, array(5, Buffer.from(kinds.buffer))),
    entry('tokenizer.ggml.bos_token_id', 4, u32(1)),
    entry('tokenizer.ggml.eos_token_id', 4, u32(2)),
  ]
}
