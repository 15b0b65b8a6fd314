import { ModelError } from '../../model/model-error.ts'

/** Rotary position embedding, as Llama and Gemma use it. */
export interface Rope {
  theta: number
  /** Llama 3's stretching of the long waves; `linear` divides every frequency by the factor. */
  scaling:
    | { type: 'none' }
    | { type: 'linear'; factor: number }
    | { type: 'llama3'; factor: number; lowFrequency: number; highFrequency: number; originalContext: number }
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
  const number = (name: string): number => {
    const value = config[name]
    if (typeof value !== 'number') throw new ModelError(`config.json has no number ${name}`)
    return value
  }
  for (const name of ['attention_bias', 'mlp_bias'])
    if (config[name] === true) throw new ModelError(`config.json sets ${name}, which is not supported`)

  const size = (name: string): number => {
    const value = number(name)
    if (!Number.isInteger(value) || value < 1)
      throw new ModelError(`config.json makes ${name} ${value}; a whole number from 1 on is needed`)
    return value
  }
  const attentionHeads = size('num_attention_heads')
  const layers = size('num_hidden_layers')
  const common = {
    vocabularySize: size('vocab_size'),
    hiddenSize: size('hidden_size'),
    intermediateSize: size('intermediate_size'),
    layers,
    attentionHeads,
    kvHeads: typeof config.num_key_value_heads === 'number' ? size('num_key_value_heads') : attentionHeads,
    headSize: typeof config.head_dim === 'number' ? config.head_dim : size('hidden_size') / attentionHeads,
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
    attentionSoftcap: optionalNumber(config.attn_logit_softcapping),
    logitSoftcap: optionalNumber(config.final_logit_softcapping),
    windows: readWindows(config, layers),
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
function readWindows(config: Record<string, unknown>, layers: number): (number | null)[] {
  const window = optionalNumber(config.sliding_window)
  const types = config.layer_types as string[] | undefined
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
