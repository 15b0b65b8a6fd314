import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  renameSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

/** Shapes of the keval models; `tiny` is for trying the bench itself. */
export const shapes = {
  tiny: llama({
    hidden_size: 256,
    intermediate_size: 512,
    num_hidden_layers: 2,
    num_attention_heads: 8,
    head_dim: 32,
    vocab_size: 4096,
  }),
  '1b': llama({
    hidden_size: 2048,
    intermediate_size: 8192,
    num_hidden_layers: 16,
    num_attention_heads: 32,
    head_dim: 64,
    vocab_size: 128256,
  }),
  '3b': llama({
    hidden_size: 3072,
    intermediate_size: 8192,
    num_hidden_layers: 28,
    num_attention_heads: 24,
    head_dim: 128,
    vocab_size: 128256,
  }),
  '9b': {
    architectures: ['Gemma2ForCausalLM'],
    hidden_size: 3584,
    intermediate_size: 14336,
    num_hidden_layers: 42,
    num_attention_heads: 16,
    num_key_value_heads: 8,
    head_dim: 256,
    vocab_size: 256000,
    max_position_embeddings: 8192,
    rms_norm_eps: 1e-6,
    rope_theta: 10000,
    query_pre_attn_scalar: 256,
    sliding_window: 4096,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
    hidden_activation: 'gelu_pytorch_tanh',
    eos_token_id: 1,
  },
}

/** Shapes that also exist in llama.cpp's format here. */
export type LlamaShape = Exclude<keyof typeof shapes, '9b'>

interface LlamaSizes {
  hidden_size: number
  intermediate_size: number
  num_hidden_layers: number
  num_attention_heads: number
  head_dim: number
  vocab_size: number
}

function llama(sizes: LlamaSizes) {
  return {
    architectures: ['LlamaForCausalLM'],
    ...sizes,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    rms_norm_eps: 1e-5,
    rope_theta: 500000,
    rope_scaling: {
      rope_type: 'llama3',
      factor: 32,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 8192,
    },
    tie_word_embeddings: true,
    eos_token_id: Math.min(128009, sizes.vocab_size - 1),
  }
}

/** Bytes of the weights of a shape. */
export function checkpointBytes(name: keyof typeof shapes): number {
  const numbers = tensorShapes(shapes[name]).map(([, shape]) => shape.reduce((a, b) => a * b, 1))
  return numbers.reduce((sum, count) => sum + 2 * count, 0)
}

/**
 * Writes a checkpoint of random bfloat16 weights in one file, piece by piece, unless it is there already.
 *
 * @returns its bytes
 * @throws Error when the disk has no room for it
 */
export function randomCheckpoint(folder: string, name: keyof typeof shapes): number {
  const config = shapes[name]
  const tensors = tensorShapes(config)
  const sizes = tensors.map(([, shape]) => shape.reduce((product, size) => product * size, 2))
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (existsSync(join(folder, 'model.safetensors'))) return total
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  let at = 0
  const header = Buffer.from(
    JSON.stringify(
      Object.fromEntries(
        tensors.map(([key, shape], index) => {
          const range = [at, at + sizes[index]!]
          at += sizes[index]!
          return [key, { dtype: 'BF16', shape, data_offsets: range }]
        }),
      ),
    ),
  )
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  requireSpace(folder, total)
  const partial = join(folder, 'model.safetensors.partial')
  const file = openSync(partial, 'w')
  writeSync(file, Buffer.concat([length, header]))
  const noise = normalNoise(noiseNumbers)
  for (let done = 0; done < total; done += noise.length)
    writeSync(file, noise, 0, Math.min(noise.length, total - done))
  closeSync(file)
  renameSync(partial, join(folder, 'model.safetensors')) // one that was broken off is not taken for whole
  return total
}

/** @throws Error with the sizes when the folder's disk has no room for so many bytes and a tenth more */
export function requireSpace(folder: string, bytes: number): void {
  const { bavail, bsize } = statfsSync(folder)
  const gigabytes = (count: number) => (count / 1e9).toFixed(1)
  if (bavail * bsize < bytes * 1.1)
    throw new Error(
      `${folder} needs ${gigabytes(bytes * 1.1)} GB free, and ${gigabytes(bavail * bsize)} GB are: give another folder`,
    )
}

function tensorShapes(config: (typeof shapes)[keyof typeof shapes]): [string, number[]][] {
  const { hidden_size: hidden, intermediate_size: inner, vocab_size: vocabulary, head_dim: head } = config
  const gemma = config.architectures[0] === 'Gemma2ForCausalLM'
  const tensors: [string, number[]][] = [['model.embed_tokens.weight', [vocabulary, hidden]]]
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const add = (name: string, shape: number[]) =>
      tensors.push([`model.layers.${layer}.${name}.weight`, shape])
    add('input_layernorm', [hidden])
    add('self_attn.q_proj', [config.num_attention_heads * head, hidden])
    add('self_attn.k_proj', [config.num_key_value_heads * head, hidden])
    add('self_attn.v_proj', [config.num_key_value_heads * head, hidden])
    add('self_attn.o_proj', [hidden, config.num_attention_heads * head])
    add('post_attention_layernorm', [hidden])
    if (gemma) add('pre_feedforward_layernorm', [hidden])
    if (gemma) add('post_feedforward_layernorm', [hidden])
    add('mlp.gate_proj', [inner, hidden])
    add('mlp.up_proj', [inner, hidden])
    add('mlp.down_proj', [hidden, inner])
  }
  tensors.push(['model.norm.weight', [hidden]])
  return tensors
}

/**
 * A prime, so that no two matrices begin at the same place of the noise: ONNX Runtime keeps equal ones once, which
 * would spare them most of their memory.
 */
const noiseNumbers = 4_194_319

/** bfloat16 numbers of a normal distribution around 0, as wide as trained weights are. */
function normalNoise(count: number): Uint8Array {
  const floats = Float32Array.from({ length: count }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random()))
    return 0.02 * radius * Math.cos(2 * Math.PI * Math.random())
  })
  const bits = new Uint32Array(floats.buffer)
  return new Uint8Array(Uint16Array.from(bits, (value) => value >>> 16).buffer)
}
