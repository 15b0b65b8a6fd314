import { cpSync, existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { convertCommand } from '../../../inference-node/cli/convert-command.ts'
import { toHalf, widen } from '../../../inference-node/convert/checkpoint/floats.ts'
import { decodeStored, type StoredFormat } from '../../../inference-node/convert/checkpoint/stored-formats.ts'
import { DecoderSession } from '../../../inference-node/model/decoder-session.ts'
import { openModelDirectory } from '../../../inference-node/model/directory.ts'
import {
  checkpoint,
  collected,
  type PlainTensor,
  readTensors,
  reference,
  temporaryFolder,
  worstPosition,
  writeTensors,
} from './fixtures.ts'
import { type Metadata, writeGguf } from './gguf-writer.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/gguf')

describe('weights of a GGUF format', () => {
  const blocks: Record<string, { bytes: string; weights: string }> = JSON.parse(
    readFileSync(join(fixtures, 'blocks.json'), 'utf8'),
  )

  it.each(Object.keys(blocks))('%s are those that the gguf package reads, to the last bit', (format) => {
    const bytes = new Uint8Array(Buffer.from(blocks[format]!.bytes, 'base64'))
    const expected = new Uint8Array(Buffer.from(blocks[format]!.weights, 'base64'))
    const weights = new Float32Array(expected.length / 4)
    decodeStored(format as StoredFormat, bytes, weights)
    expect(weights).toEqual(new Float32Array(expected.buffer))
  })
})

/** Names of tensors as llama.cpp's converter writes them, for families without and with norms behind. */
const names: [RegExp, string][] = [
  [/^model\.embed_tokens/, 'token_embd'],
  [/^model\.norm/, 'output_norm'],
  [/^lm_head/, 'output'],
  [/^model\.layers\.(\d+)\.self_attn\.([qkv])_proj/, 'blk.$1.attn_$2'],
  [/^model\.layers\.(\d+)\.self_attn\.o_proj/, 'blk.$1.attn_output'],
  [/^model\.layers\.(\d+)\.mlp\.(\w+)_proj/, 'blk.$1.ffn_$2'],
  [/^model\.layers\.(\d+)\.input_layernorm/, 'blk.$1.attn_norm'],
]
const llamaNames: typeof names = [
  ...names,
  [/^model\.layers\.(\d+)\.post_attention_layernorm/, 'blk.$1.ffn_norm'],
]
const gemmaNames: typeof names = [
  ...names,
  [/^model\.layers\.(\d+)\.post_attention_layernorm/, 'blk.$1.post_attention_norm'],
  [/^model\.layers\.(\d+)\.pre_feedforward_layernorm/, 'blk.$1.ffn_norm'],
  [/^model\.layers\.(\d+)\.post_feedforward_layernorm/, 'blk.$1.post_ffw_norm'],
]

const rename = (table: typeof names, name: string) => {
  const [pattern, target] = table.find(([known]) => known.test(name))!
  return name.replace(pattern, target)
}

function toFloats({ format, shape, data }: PlainTensor): Float32Array {
  const weights = new Float32Array(shape.reduce((product, size) => product * size, 1))
  widen(format as 'F32', data, weights)
  return weights
}

const asFloats = (tensor: PlainTensor, weights: Float32Array): PlainTensor => ({
  ...tensor,
  format: 'F32',
  data: new Uint8Array(weights.buffer),
})

/** llama.cpp's `permute`: [heads, 2, half, columns] becomes [heads, half, 2, columns]. */
function permute(tensor: PlainTensor, headSize: number): PlainTensor {
  const rowBytes = tensor.data.length / tensor.shape[0]!
  const half = headSize / 2
  const rows: Uint8Array[] = []
  for (let head = 0; head < tensor.shape[0]! / headSize; head++)
    for (let pair = 0; pair < half; pair++)
      for (let part = 0; part < 2; part++) {
        const row = head * headSize + part * half + pair
        rows.push(tensor.data.subarray(row * rowBytes, (row + 1) * rowBytes))
      }
  return { ...tensor, data: new Uint8Array(Buffer.concat(rows)) }
}

function vocabulary(source: string): Metadata {
  const { model, added_tokens } = JSON.parse(readFileSync(join(source, 'tokenizer.json'), 'utf8'))
  const tokens: string[] = []
  for (const [token, id] of Object.entries(model.vocab as Record<string, number>)) tokens[id] = token
  for (const { id, content } of added_tokens) tokens[id] = content
  const { vocab_size } = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8'))
  const all = Array.from({ length: vocab_size }, (_, id) => tokens[id] ?? `[PAD${id}]`)
  const types = Int32Array.from(all, (_, id) => (tokens[id] === undefined ? 5 : 1))
  return { 'tokenizer.ggml.tokens': all, 'tokenizer.ggml.token_type': types }
}

function sizes(architecture: string, source: string): Metadata {
  const config = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8'))
  const fields: [string, string][] = [
    ['block_count', 'num_hidden_layers'],
    ['context_length', 'max_position_embeddings'],
    ['embedding_length', 'hidden_size'],
    ['feed_forward_length', 'intermediate_size'],
    ['attention.head_count', 'num_attention_heads'],
    ['attention.head_count_kv', 'num_key_value_heads'],
    ['attention.key_length', 'head_dim'],
    ['attention.value_length', 'head_dim'],
  ]
  return {
    'general.architecture': architecture,
    ...Object.fromEntries(fields.map(([key, name]) => [`${architecture}.${key}`, { u32: config[name] }])),
    [`${architecture}.attention.layer_norm_rms_epsilon`]: { f32: config.rms_norm_eps },
    'tokenizer.ggml.eos_token_id': { u32: 1 },
    ...vocabulary(source),
  }
}

const scaling = {
  rope_type: 'llama3',
  rope_theta: 500_000,
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
}

/** The factors that llama.cpp's converter computes for that scaling. */
function frequencyFactors(headSize: number): Float32Array {
  return Float32Array.from({ length: headSize / 2 }, (_, index) => {
    const wavelength = 2 * Math.PI * scaling.rope_theta ** ((2 * index) / headSize)
    if (wavelength < 8192 / 4) return 1
    if (wavelength > 8192) return 32
    const smooth = (8192 / wavelength - 1) / 3
    return 1 / ((1 - smooth) / 32 + smooth)
  })
}

interface Made {
  /** A Hugging Face checkpoint of the same model, whose tokenizer goes with the GGUF file. */
  folder: string
  gguf: string
  metadata: Metadata
  tensors: PlainTensor[]
}

/** tiny-llama with the frequencies of Llama 3.2, as a checkpoint and as GGUF; each tensor as `store` gives it. */
async function makeLlama(store: (tensor: PlainTensor) => PlainTensor = (tensor) => tensor): Promise<Made> {
  const root = temporaryFolder()
  const folder = join(root, 'checkpoint')
  cpSync(checkpoint('tiny-llama'), folder, { recursive: true })
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
  const { rope_theta: _, rope_scaling: __, ...rest } = config
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...rest, rope_parameters: scaling }))
  const stored = (await readTensors(join(folder, 'model.safetensors'))).map(store)
  const factors = frequencyFactors(config.head_dim)
  const tensors = stored.map((tensor) => {
    const pairs = /[qk]_proj/.test(tensor.name) ? permute(tensor, config.head_dim) : tensor
    return { ...pairs, name: rename(llamaNames, tensor.name) }
  })
  tensors.push({
    name: 'rope_freqs.weight',
    format: 'F32',
    shape: [factors.length],
    data: new Uint8Array(factors.buffer),
  })
  const metadata: Metadata = {
    ...sizes('llama', folder),
    'llama.rope.freq_base': { f32: scaling.rope_theta },
  }
  const gguf = join(root, 'tiny.gguf')
  writeGguf(gguf, metadata, tensors)
  return { folder, gguf, metadata, tensors }
}

/** Converts, to float32 unless told otherwise, and gives the bytes of graph and weights. */
async function convert(source: string, ...more: string[]): Promise<{ out: string; bytes: Buffer[] }> {
  const out = join(temporaryFolder(), 'model')
  const output = collected()
  const code = await convertCommand.run(
    [source, '--out', out, '--for', 'cpu', '--precision', 'fp32', ...more],
    output,
  )
  expect({ code, lines: output.lines }).toMatchObject({ code: 0 })
  return { out, bytes: ['model.onnx', 'model.onnx.data'].map((name) => readFileSync(join(out, name))) }
}

/** Rows of blocks of 32 bytes with a scale, and the weights that they stand for. */
function toQ8({ name, shape, ...tensor }: PlainTensor): { stored: PlainTensor; weights: Float32Array } {
  const weights = toFloats({ name, shape, ...tensor })
  const blocks: Buffer[] = []
  for (let at = 0; at < weights.length; at += 32) {
    const block = weights.subarray(at, at + 32)
    const scale = Uint16Array.of(toHalf(Math.max(...block.map(Math.abs)) / 127))
    const step = new Float32Array(1)
    widen('F16', new Uint8Array(scale.buffer), step)
    const integers = Int8Array.from(block, (weight) => Math.round(weight / step[0]!))
    for (const [i, integer] of integers.entries()) block[i] = integer * step[0]!
    blocks.push(Buffer.from(scale.buffer), Buffer.from(integers.buffer))
  }
  return { stored: { name, shape, format: 'Q8_0', data: new Uint8Array(Buffer.concat(blocks)) }, weights }
}

describe('a GGUF file', () => {
  it('of a Llama is converted to the very bytes that its checkpoint is', async () => {
    const { folder, gguf } = await makeLlama()
    const made = await convert(gguf, '--tokenizer', folder)
    expect(made.bytes).toEqual((await convert(folder)).bytes)
    const conversion = JSON.parse(readFileSync(join(made.out, 'conversion.json'), 'utf8'))
    expect(conversion.source).toMatchObject({ name: 'tiny', architecture: 'LlamaForCausalLM' })
    expect(existsSync(join(made.out, 'tokenizer.json'))).toBe(true)
  })

  it('of quantized weights is converted by what they stand for, by row too', async () => {
    const quantized = (tensor: PlainTensor) => tensor.shape.length === 2
    const { folder, gguf } = await makeLlama((tensor) => (quantized(tensor) ? toQ8(tensor).stored : tensor))
    const file = join(folder, 'model.safetensors')
    const tensors = await readTensors(join(checkpoint('tiny-llama'), 'model.safetensors'))
    writeTensors(
      file,
      tensors.map((tensor) => asFloats(tensor, quantized(tensor) ? toQ8(tensor).weights : toFloats(tensor))),
    )
    for (const precision of ['fp32', 'int8'])
      expect((await convert(gguf, '--tokenizer', folder, '--precision', precision)).bytes).toEqual(
        (await convert(folder, '--precision', precision)).bytes,
      )
  })

  it('of a Gemma 2 gives the logits of the reference', async () => {
    const source = checkpoint('tiny-gemma2')
    const gguf = join(temporaryFolder(), 'gemma.gguf')
    const config = JSON.parse(readFileSync(join(source, 'config.json'), 'utf8'))
    const tensors = (await readTensors(join(source, 'model.safetensors'))).map((tensor) => {
      const weights = toFloats(tensor)
      const stored = /norm/.test(tensor.name) ? weights.map((weight) => weight + 1) : weights
      return { ...asFloats(tensor, stored), name: rename(gemmaNames, tensor.name) }
    })
    // llama.cpp takes the head size for the scale of attention, the fixture another number.
    const scale = Math.sqrt(config.query_pre_attn_scalar / config.head_dim)
    for (const tensor of tensors.filter(({ name }) => name.includes('attn_q.'))) {
      const weights = new Float32Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.length / 4)
      tensor.data = new Uint8Array(weights.map((weight) => weight / scale).buffer)
    }
    const metadata: Metadata = {
      ...sizes('gemma2', source),
      'gemma2.attn_logit_softcapping': { f32: config.attn_logit_softcapping },
      'gemma2.final_logit_softcapping': { f32: config.final_logit_softcapping },
      'gemma2.attention.sliding_window': { u32: config.sliding_window },
    }
    writeGguf(gguf, metadata, tensors)
    const { out } = await convert(gguf, '--tokenizer', source)
    const session = await DecoderSession.open(await openModelDirectory(out))
    const { prompts, logits } = reference('tiny-gemma2')
    for (const [index, prompt] of prompts.entries()) {
      const actual = await session.logits(prompt)
      expect(worstPosition(actual, logits[index]!, session.graph.vocabularySize)).toBeLessThan(1e-5)
    }
  })

  it('in parts is read from its first, and missed when one is not there', async () => {
    const { folder, gguf, metadata, tensors } = await makeLlama()
    const whole = await convert(gguf, '--tokenizer', folder)
    const parts = [1, 2].map((part) => gguf.replace('.gguf', `-0000${part}-of-00002.gguf`))
    const split = { 'split.count': { u32: 2 } }
    writeGguf(parts[0]!, { ...metadata, ...split }, tensors.slice(0, 5))
    writeGguf(parts[1]!, split, tensors.slice(5))
    expect((await convert(parts[0]!, '--tokenizer', folder)).bytes).toEqual(whole.bytes)
    expect(await refusal(parts[0]!.replace('00001-of', '00002-of'), folder)).toContain('is not')
    rmSync(parts[1]!)
    expect(await refusal(parts[0]!, folder)).toContain(`${basename(parts[1]!)} is not beside it`)
    renameSync(parts[0]!, gguf)
    expect(await refusal(gguf, folder)).toContain('is not named')
  })
})

/** The line with which a conversion fails. */
async function refusal(gguf: string, tokenizer: string | null): Promise<string> {
  const output = collected()
  const out = join(temporaryFolder(), 'model')
  const given = tokenizer === null ? [] : ['--tokenizer', tokenizer]
  expect(await convertCommand.run([gguf, '--out', out, '--for', 'cpu', ...given], output)).toBe(1)
  expect(output.lines).toHaveLength(1)
  return output.lines[0]!
}

describe('convert refuses a GGUF file', () => {
  it('without a tokenizer, or with that of another model', async () => {
    const { gguf, folder } = await makeLlama()
    expect(await refusal(gguf, null)).toContain("folder of the model's tokenizer.json (--tokenizer)")
    expect(await refusal(gguf, temporaryFolder())).toContain('has no tokenizer.json')
    expect(await refusal(gguf, checkpoint('tiny-gemma2'))).toMatch(
      /is not the tokenizer of .*tiny\.gguf: id 0 is/,
    )
    writeFileSync(join(folder, 'tokenizer.json'), '{"model": 1}')
    expect(await refusal(gguf, folder)).toContain('tokenizer.json has no vocabulary')
  })

  it.each([
    [
      'of another architecture',
      { 'general.architecture': 'mamba' },
      'architecture mamba; llama, qwen2, qwen3',
    ],
    ['of a mixture of experts', { 'llama.expert_count': { u32: 8 } }, 'mixture of experts'],
    [
      'with another rope scaling',
      { 'llama.rope.freq_base': { f32: 10_000 } },
      "not those of Llama 3's scaling",
    ],
    [
      'with sizes that do not fit its tensors',
      { 'llama.embedding_length': { u32: 128 } },
      /has shape .* metadata/,
    ],
    ['with more layers than tensors', { 'llama.block_count': { u32: 9 } }, 'is missing'],
    ['with lists where numbers belong', { 'llama.attention.head_count': ['4', '4'] }, 'not one number'],
  ] as [string, Metadata, string | RegExp][])('%s', async (_, change, message) => {
    const { gguf, folder, metadata, tensors } = await makeLlama()
    writeGguf(gguf, { ...metadata, ...change }, tensors)
    expect(await refusal(gguf, folder)).toMatch(message)
  })

  it('with a tensor that has no place', async () => {
    const { gguf, folder, metadata, tensors } = await makeLlama()
    const extra = { name: 'blk.0.attn_q.bias', format: 'F32', shape: [64], data: new Uint8Array(256) }
    writeGguf(gguf, metadata, [...tensors, extra])
    expect(await refusal(gguf, folder)).toContain('model.layers.0.self_attn.q_proj.bias has no place')
  })

  it.each([
    ['that is none', (bytes: Buffer) => bytes.write('GGML'), 'is not a GGUF file'],
    ['of an unknown version', (bytes: Buffer) => bytes.writeUInt32LE(9, 4), 'GGUF version 9'],
    ['that counts absurdly many tensors', (bytes: Buffer) => bytes.writeUInt32LE(0xffff, 12), 'it counts'],
    ['that counts absurdly many entries', (bytes: Buffer) => bytes.writeUInt32LE(0xffff, 20), 'it counts'],
    ['with a string without an end', (bytes: Buffer) => bytes.writeUInt32LE(0xffff, 28), 'it counts'],
    [
      'with an unknown type of value',
      (bytes: Buffer) => bytes.writeUInt32LE(77, 32 + 20),
      'a value of type 77',
    ],
    [
      'with weights in a format that is not read',
      (bytes: Buffer) => bytes.writeUInt32LE(16, bytes.indexOf('output_norm.weight') + 18 + 4 + 8),
      'stored in GGUF format 16; F32, F16, BF16, Q4_0',
    ],
  ])('%s', async (_, change, message) => {
    const { gguf, folder } = await makeLlama()
    const bytes = readFileSync(gguf)
    change(bytes)
    writeFileSync(gguf, bytes)
    expect(await refusal(gguf, folder)).toContain(message)
  })

  it.each([
    ['inside its header', 300, 'truncated inside its header'],
    ['inside its weights', 120_000, /is truncated: tensor /],
  ])('cut off %s', async (_, length, message) => {
    const { gguf, folder } = await makeLlama()
    truncateSync(gguf, length)
    expect(await refusal(gguf, folder)).toMatch(message)
  })
})
