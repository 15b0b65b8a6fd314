import { ModelError } from '../../../model/model-error.ts'
import { type Architecture, type ConfigFields, type Family, families, type GgufFamily } from '../families.ts'
import type { GgufValue } from './gguf-header.ts'

type Metadata = ReadonlyMap<string, GgufValue>

/** The family of a GGUF file, and the config.json that its metadata amounts to. */
export interface GgufConfig {
  family: GgufFamily
  normsAfter: boolean
  config: ConfigFields
}

/**
 * Translates the metadata of a GGUF file.
 *
 * @param tiesEmbeddings whether the file has no output matrix
 * @param frequencyFactors the divisors of the rotary frequencies that the file holds as a tensor; null without
 * @throws ModelError naming the architecture or the metadata that is not supported
 */
export function readGgufConfig(
  file: string,
  metadata: Metadata,
  tiesEmbeddings: boolean,
  frequencyFactors: Float32Array | null,
): GgufConfig {
  const name = metadata.get('general.architecture')
  const found = (Object.entries(families) as [Architecture, Family][]).find(
    ([, { gguf }]) => gguf?.architecture === name,
  )
  if (!found) {
    const known = Object.values(families as Record<string, Family>).flatMap(
      ({ gguf }) => gguf?.architecture ?? [],
    )
    const shown = typeof name === 'string' ? name.slice(0, 40) : '(none)'
    throw new ModelError(`${file} is of architecture ${shown}; ${known.join(', ')} are supported`)
  }
  const [architecture, family] = found
  const optional = (key: string): number | undefined => {
    const value = metadata.get(`${name}.${key}`)
    if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value)))
      throw new ModelError(`${file}: ${name}.${key} is not one number, which is not supported`)
    return value
  }
  const need = (key: string): number => {
    const value = optional(key)
    if (value === undefined) throw new ModelError(`${file} has no ${name}.${key}`)
    return value
  }
  if ((optional('expert_count') ?? 0) > 0)
    throw new ModelError(`${file} is a mixture of experts, which is not supported`)

  const hiddenSize = need('embedding_length')
  const heads = need('attention.head_count')
  const layers = need('block_count')
  const headSize = optional('attention.key_length') ?? hiddenSize / heads
  for (const [key, size] of [
    ['attention.value_length', headSize],
    ['rope.dimension_count', headSize],
  ] as const)
    if ((optional(key) ?? size) !== size)
      throw new ModelError(
        `${file}: ${name}.${key} is ${optional(key)}; only the head size, ${size}, is supported`,
      )
  const tokens = metadata.get('tokenizer.ggml.tokens')
  const vocabularySize = Array.isArray(tokens) ? tokens.length : need('vocab_size')
  const token = (kind: string): number | undefined => {
    const id = metadata.get(`tokenizer.ggml.${kind}_token_id`)
    if (id !== undefined && !(Number.isInteger(id) && (id as number) >= 0 && (id as number) < vocabularySize))
      throw new ModelError(`${file}: tokenizer.ggml.${kind}_token_id is none of the ${vocabularySize} tokens`)
    return id as number | undefined
  }
  const theta = optional('rope.freq_base')
  if (frequencyFactors && frequencyFactors.length !== headSize / 2)
    throw new ModelError(
      `${file} has ${frequencyFactors.length} rope_freqs for heads of ${headSize}; half as many are needed`,
    )
  const softcap = (key: string) => optional(key) ?? null
  const window = optional('attention.sliding_window')
  const scaledBy = layers === family.gguf!.scaledByHiddenSize ? hiddenSize / heads : headSize
  return {
    family: family.gguf!,
    normsAfter: family.normsAfter,
    config: {
      architectures: [architecture],
      vocab_size: vocabularySize,
      hidden_size: hiddenSize,
      intermediate_size: need('feed_forward_length'),
      num_hidden_layers: layers,
      num_attention_heads: heads,
      num_key_value_heads: optional('attention.head_count_kv') ?? heads,
      head_dim: headSize,
      max_position_embeddings: need('context_length'),
      rms_norm_eps: need('attention.layer_norm_rms_epsilon'),
      tie_word_embeddings: tiesEmbeddings,
      ...(theta === undefined ? {} : { rope_theta: theta }),
      rope_scaling: readScaling(file, metadata, `${name}.rope.scaling`, frequencyFactors, theta ?? 10_000),
      ...(family.isLocal && window !== undefined ? { sliding_window: window } : {}),
      ...(family.attentionScale ? { [family.attentionScale]: scaledBy } : {}),
      ...(family.attentionSoftcap ? { attn_logit_softcapping: softcap('attn_logit_softcapping') } : {}),
      ...(family.logitSoftcap ? { final_logit_softcapping: softcap('final_logit_softcapping') } : {}),
      bos_token_id: token('bos'),
      eos_token_id: ['eos', 'eot'].flatMap((end) => token(end) ?? []),
      pad_token_id: token('padding'),
    },
  }
}

function readScaling(
  file: string,
  metadata: Metadata,
  prefix: string,
  factors: Float32Array | null,
  theta: number,
): ConfigFields | null {
  if (factors) return readLlama3Scaling(file, factors, theta)
  const type = metadata.get(`${prefix}.type`) ?? 'none'
  if (type === 'none') return null
  if (type === 'linear') return { rope_type: 'linear', factor: metadata.get(`${prefix}.factor`) }
  throw new ModelError(
    `${file}: rope scaling ${String(type).slice(0, 40)} is not supported; none and linear are`,
  )
}

/** Llama 3's stretching, of which a GGUF file holds the result: every published model has the same bounds. */
function readLlama3Scaling(file: string, factors: Float32Array, theta: number): ConfigFields {
  const [low, high, context] = [1, 4, 8192]
  const factor = factors.reduce((most, value) => Math.max(most, value), 1)
  const fits = factors.every((actual, index) => {
    const wavelength = 2 * Math.PI * theta ** (index / factors.length)
    const smooth = Math.min(1, Math.max(0, (context / wavelength - low) / (high - low)))
    const expected = 1 / ((1 - smooth) / factor + smooth)
    return Math.abs(actual - expected) <= 1e-3 * expected
  })
  if (!fits)
    throw new ModelError(
      `${file}: its rope_freqs are not those of Llama 3's scaling, which alone is supported`,
    )
  return {
    rope_type: 'llama3',
    factor,
    low_freq_factor: low,
    high_freq_factor: high,
    original_max_position_embeddings: context,
  }
}
