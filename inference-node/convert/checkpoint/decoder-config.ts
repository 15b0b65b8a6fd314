import { ModelError } from '../../model/model-error.ts'
import { checkSize } from '../../model/model-sizes.ts'
import {
  type Architecture,
  architectures,
  type ConfigFields,
  type Family,
  families,
  isSupported,
} from './families.ts'
import { type Rope, readRopes } from './rope-config.ts'
import { toTextConfig } from './text-part.ts'

/** A decoder-only transformer: all that its graph depends on, whatever family it is of. */
export interface DecoderConfig {
  architecture: Architecture
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
  /** Gemma also normalizes the outputs of attention and feed-forward, before they are added. */
  normsAfter: boolean
  activation: 'silu' | 'gelu_tanh'
  /** True if activations are known to leave the range of float16. */
  overflowsHalf: boolean
  /** The rotation of layers that see everything. */
  rope: Rope
  /** The rotation of layers with a window. */
  localRope: Rope
  /** True if queries, keys and values have a bias. */
  attentionBias: boolean
  /** True if each head of the queries and keys is normalized before it is rotated. */
  headNorms: boolean
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
export function readDecoderConfig(fields: ConfigFields): DecoderConfig {
  const config = toTextConfig(fields)
  const architecture = (config.architectures as string[] | undefined)?.[0]
  if (!isSupported(architecture))
    throw new ModelError(
      `architecture ${architecture ?? '(none in config.json)'} is not supported; ${architectures.join(', ')} are`,
    )
  const family: Family = families[architecture]
  const { defaults } = family
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
  for (const name of ['attention_bias', 'mlp_bias', 'use_bidirectional_attention'])
    if (config[name] === true) throw new ModelError(`config.json sets ${name}, which is not supported`)

  const size = (name: string): number => checkSize(name, optional(name))
  const isGiven = (name: string) => (config[name] ?? defaults[name] ?? null) !== null
  const attentionHeads = size('num_attention_heads')
  const layers = size('num_hidden_layers')
  const kvHeads = isGiven('num_key_value_heads') ? size('num_key_value_heads') : attentionHeads
  const headSize = isGiven('head_dim') ? size('head_dim') : size('hidden_size') / attentionHeads
  checkSizes({ attentionHeads, kvHeads, headSize })
  expectActivation(config, family)
  return {
    architecture,
    vocabularySize: size('vocab_size'),
    hiddenSize: size('hidden_size'),
    intermediateSize: size('intermediate_size'),
    layers,
    attentionHeads,
    kvHeads,
    headSize,
    contextLength: size('max_position_embeddings'),
    normEpsilon: number('rms_norm_eps'),
    normOffset: family.normOffset,
    normsAfter: family.normsAfter,
    activation: family.activation,
    overflowsHalf: family.overflowsHalf,
    ...readRopes(config, family),
    attentionBias: family.attentionBias,
    headNorms: family.headNorms,
    attentionScale: (family.attentionScale === null ? headSize : number(family.attentionScale)) ** -0.5,
    attentionSoftcap: family.attentionSoftcap ? numberOrNone('attn_logit_softcapping') : null,
    logitSoftcap: family.logitSoftcap ? numberOrNone('final_logit_softcapping') : null,
    windows: readWindows(config, layers, family, () => numberOrNone('sliding_window')),
    embeddingScale: family.scalesEmbeddings ? size('hidden_size') ** 0.5 : null,
    tiedEmbeddings: (config.tie_word_embeddings as boolean | undefined) ?? family.tiesEmbeddings,
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

/** transformers' names of the activations. */
const activationNames = { silu: 'silu', gelu_tanh: 'gelu_pytorch_tanh' }

function expectActivation(config: ConfigFields, { activation }: Family) {
  const expected = activationNames[activation]
  const name = (config.hidden_activation ?? config.hidden_act ?? expected) as string
  if (name !== expected) throw new ModelError(`activation ${name} is not supported for this architecture`)
}

/** The windows of layers whose type is listed, or follows from the family's rule. */
function readWindows(
  config: ConfigFields,
  layers: number,
  { isLocal, windowSwitch }: Family,
  readWindow: () => number | null,
): (number | null)[] {
  if (isLocal === null || (windowSwitch !== null && config[windowSwitch] !== true))
    return Array(layers).fill(null)
  const types = (config.layer_types ?? undefined) as string[] | undefined
  if (types !== undefined && !(Array.isArray(types) && types.length === layers))
    throw new ModelError(`config.json lists other layer_types than the ${layers} layers that it counts`)
  return Array.from({ length: layers }, (_, layer) => {
    const local = types ? types[layer] === 'sliding_attention' : isLocal(layer, config)
    return local ? readWindow() : null
  })
}
