import { ModelError } from '../../model/model-error.ts'
import { checkSize } from '../../model/model-sizes.ts'

/** Rotary position embedding, as Llama and Gemma use it. */
export interface Rope {
  theta: number
  /** Llama 3's stretching of the long waves; `linear` divides every frequency by the factor. */
  scaling:
    | { type: 'none' }
    | { type: 'linear'; factor: number }
    | { type: 'llama3'; factor: number; lowFrequency: number; highFrequency: number; originalContext: number }
}

/** Values of fields that a config may leave out, as transformers sets them. */
const transformersDefaults: Record<DecoderConfig['architecture'], Record<string, number>> = {
  LlamaForCausalLM: { rms_norm_eps: 1e-6, max_position_embeddings: 2048 },
  Gemma2ForCausalLM: {
    rms_norm_eps: 1e-6,
    max_position_embeddings: 8192,
    num_key_value_heads: 4,
    head_dim: 256,
    query_pre_attn_scalar: 256,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
    sliding_window: 4096,
  },
}

/** A decoder-only transformer: all that its graph depends on, whatever family it is of. */
export interface DecoderConfig {
  architecture: 'LlamaForCausalLM' | 'Gemma2ForCausalLM'
  vocabularySize: number
  hiddenSize: number
  intermediateSize: number
  layers: number
  attentionHeads: number
  kvHeads: number
  headSize: number
  /** The longest context that the model was made for. */
  contextLength: number
  normEpsilon: number
  /** Added to every norm weight: Gemma stores them as a difference to 1. */
  normOffset: 0 | 1
  /** Gemma 2 also normalizes what attention and feed-forward give, before it is added. */
  normsAfter: boolean
  activation: 'silu' | 'gelu_tanh'
  rope: Rope
  /** Factor on query times key. */
  attentionScale: number
  /** Attention scores s become cap * tanh(s / cap). */
  attentionSoftcap: number | null
  /** The same for the logits. */
  logitSoftcap: number | null
  /** Per layer: how many positions back it sees, itself included; null sees all. */
  windows: (number | null)[]
  /** Factor on the embedded tokens. */
  embeddingScale: number | null
  tiedEmbeddings: boolean
}

/**
 * Reads config.json of a Hugging Face checkpoint, of transformers 4 (`rope_theta`, `rope_scaling`) or 5
 * (`rope_parameters`).
 *
 * @throws ModelError naming the unsupported architecture or the missing field
 */
export function readDecoderConfig(config: Record<string, unknown>): DecoderConfig {
  const architecture = (config.architectures as string[] | undefined)?.[0]
  if (architecture !== 'LlamaForCausalLM' && architecture !== 'Gemma2ForCausalLM')
    throw new ModelError(
      `architecture ${architecture ?? '(none in config.json)'} is not supported; LlamaForCausalLM and Gemma2ForCausalLM are`,
    )
  const defaults = transformersDefaults[architecture]
  /** A field's number, or transformers' default where the config leaves it out; null where it says null. */
  const optional = (name: string): number | null => {
    const value = config[name] === undefined ? defaults[name] : config[name]
    if (value === null) return null
    if (typeof value !== 'number') throw new ModelError(`config.json has no number ${name}`)
    return value
  }
  const number = (name: string): number => {
    const value = optional(name)
    if (value === null || !(value > 0 && Number.isFinite(value)))
      throw new ModelError(`config.json makes ${name} ${value}; a number above 0 is needed`)
    return value
  }
  /** Null where the config says null: the model does without. */
  const numberOrNone = (name: string): number | null => (optional(name) === null ? null : number(name))
  for (const name of ['attention_bias', 'mlp_bias'])
    if (config[name] === true) throw new ModelError(`config.json sets ${name}, which is not supported`)

  const size = (name: string): number => checkSize(name, optional(name))
  const isGiven = (name: string) => (config[name] ?? defaults[name] ?? null) !== null
  const attentionHeads = size('num_attention_heads')
  const layers = size('num_hidden_layers')
  const common = {
    vocabularySize: size('vocab_size'),
    hiddenSize: size('hidden_size'),
    intermediateSize: size('intermediate_size'),
    layers,
    attentionHeads,
    kvHeads: isGiven('num_key_value_heads') ? size('num_key_value_heads') : attentionHeads,
    headSize: isGiven('head_dim') ? size('head_dim') : size('hidden_size') / attentionHeads,
    contextLength: size('max_position_embeddings'),
    normEpsilon: number('rms_norm_eps'),
    rope: readRope(config),
  }
  checkSizes(common)
  if (architecture === 'LlamaForCausalLM') {
    expectActivation(config, ['silu'])
    return {
      architecture,
      ...common,
      normOffset: 0,
      normsAfter: false,
      activation: 'silu',
      attentionScale: common.headSize ** -0.5,
      attentionSoftcap: null,
      logitSoftcap: null,
      windows: Array(layers).fill(null),
      embeddingScale: null,
      tiedEmbeddings: config.tie_word_embeddings === true,
    }
  }
  expectActivation(config, ['gelu_pytorch_tanh'])
  return {
    architecture,
    ...common,
    normOffset: 1,
    normsAfter: true,
    activation: 'gelu_tanh',
    attentionScale: number('query_pre_attn_scalar') ** -0.5,
    attentionSoftcap: numberOrNone('attn_logit_softcapping'),
    logitSoftcap: numberOrNone('final_logit_softcapping'),
    windows: readWindows(config, layers, numberOrNone('sliding_window')),
    embeddingScale: common.hiddenSize ** 0.5,
    tiedEmbeddings: config.tie_word_embeddings !== false,
  }
}

function checkSizes(config: Pick<DecoderConfig, 'attentionHeads' | 'kvHeads' | 'headSize'>) {
  const { attentionHeads, kvHeads, headSize } = config
  // ONNX Runtime's GroupQueryAttention takes no other.
  if (!Number.isInteger(headSize) || headSize <= 0 || headSize % 8 !== 0)
    throw new ModelError(`config.json makes head_dim ${headSize}; a multiple of 8 is needed`)
  if (attentionHeads % kvHeads !== 0)
    throw new ModelError(`config.json has ${attentionHeads} attention heads for ${kvHeads} key-value heads`)
}

function expectActivation(config: Record<string, unknown>, supported: string[]) {
  const name = (config.hidden_activation ?? config.hidden_act ?? supported[0]) as string
  if (!supported.includes(name))
    throw new ModelError(`activation ${name} is not supported for this architecture`)
}

const optionalNumber = (value: unknown): number | null => (typeof value === 'number' ? value : null)

/** Layer types as listed; older Gemma 2 configs leave them out: even layers are local, layer 0 first. */
function readWindows(
  config: Record<string, unknown>,
  layers: number,
  window: number | null,
): (number | null)[] {
  const types = (config.layer_types ?? undefined) as string[] | undefined
  if (types !== undefined && !(Array.isArray(types) && types.length === layers))
    throw new ModelError(`config.json lists other layer_types than the ${layers} layers that it counts`)
  return Array.from({ length: layers }, (_, layer) => {
    const local = types ? types[layer] === 'sliding_attention' : layer % 2 === 0
    return local ? window : null
  })
}

function readRope(config: Record<string, unknown>): Rope {
  const fields = { ...((config.rope_scaling ?? config.rope_parameters) as Record<string, unknown> | null) }
  const theta = optionalNumber(fields.rope_theta) ?? optionalNumber(config.rope_theta) ?? 10000
  const type = (fields.rope_type ?? fields.type ?? 'default') as string
  const number = (name: string): number => {
    const value = fields[name]
    if (typeof value !== 'number')
      throw new ModelError(`config.json has no number ${name} for rope type ${type}`)
    return value
  }
  if (type === 'default') return { theta, scaling: { type: 'none' } }
  if (type === 'linear') return { theta, scaling: { type, factor: number('factor') } }
  if (type === 'llama3')
    return {
      theta,
      scaling: {
        type,
        factor: number('factor'),
        lowFrequency: number('low_freq_factor'),
        highFrequency: number('high_freq_factor'),
        originalContext: number('original_max_position_embeddings'),
      },
    }
  throw new ModelError(`rope type ${type} is not supported; default, linear and llama3 are`)
}
