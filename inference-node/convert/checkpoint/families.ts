/** Fields of config.json by their names. */
export type ConfigFields = Record<string, unknown>

/** Differences between the families of decoders: everything else is the same in all of them. */
export interface Family {
  /** The family's name in onnxruntime-genai. */
  genaiType: string
  /** Values of fields that a config may leave out, as transformers sets them. */
  defaults: Record<string, number | null>
  activation: 'silu' | 'gelu_tanh'
  /** True if embeddings are the output matrix where the config does not say. */
  tiesEmbeddings: boolean
  /** True if queries, keys and values have a bias. */
  attentionBias: boolean
  /** True if each head of the queries and keys is normalized before it is rotated. */
  headNorms: boolean
  /** Gemma: norm weights are stored as a difference to 1, and embedded tokens are multiplied by the root of the hidden size. */
  normOffset: 0 | 1
  scalesEmbeddings: boolean
  /** True if activations are known to leave the range of float16. */
  overflowsHalf: boolean
  /** True if the outputs of attention and feed-forward are normalized too, before they are added. */
  normsAfter: boolean
  /** The field whose inverse root multiplies query times key; null: the head size. */
  attentionScale: string | null
  attentionSoftcap: boolean
  logitSoftcap: boolean
  /** Returns true for a layer with a window, for configs without `layer_types`; null if no layer has a window. */
  isLocal: ((layer: number, config: ConfigFields) => boolean) | null
  /** The field that must be true for windows to apply at all; null: none. */
  windowSwitch: string | null
  /** θ of the rotation in layers with a window, which their own scaling does not stretch; null: as in the other layers. */
  localTheta: number | null
  /** θ of the other layers where the config has none. */
  theta: number
  /** Prefix of the text decoder in a multimodal checkpoint; null if the checkpoint is only that. */
  textPart: TextPart | null
  /** The family's name in a GGUF file; null where a file uses another family's name. */
  gguf: GgufFamily | null
}

/** Layout that llama.cpp's converter writes for a family. */
export interface GgufFamily {
  /** `general.architecture`, which is also the prefix of the family's metadata. */
  architecture: string
  /** True if the rows of queries and keys are stored in the pairs that are rotated. */
  pairsRows: boolean
  /** The constant added to each weight of a norm. */
  addedToNorms: 0 | 1
  /**
   * Layers of the model whose attention is scaled by the hidden size per head in place of the head size: its metadata
   * does not say so.
   */
  scaledByHiddenSize: number | null
}

/** Places of the decoder inside a checkpoint that also holds encoders of other media. */
export interface TextPart {
  /** The field of config.json that holds the decoder's own config. */
  config: string
  /** Prefixes of the decoder's tensors, and their replacements in a checkpoint of the decoder alone. */
  prefixes: readonly (readonly [prefix: string, alone: string])[]
  /** Prefixes of the tensors of encoders, which are left out. */
  leftOut: readonly string[]
}

const llama: Family = {
  genaiType: 'llama',
  defaults: { rms_norm_eps: 1e-6, max_position_embeddings: 2048 },
  activation: 'silu',
  tiesEmbeddings: false,
  attentionBias: false,
  headNorms: false,
  normOffset: 0,
  scalesEmbeddings: false,
  overflowsHalf: false,
  normsAfter: false,
  attentionScale: null,
  attentionSoftcap: false,
  logitSoftcap: false,
  isLocal: null,
  windowSwitch: null,
  localTheta: null,
  theta: 10_000,
  textPart: null,
  gguf: { architecture: 'llama', pairsRows: true, addedToNorms: 0, scaledByHiddenSize: null },
}

const qwen2: Family = {
  ...llama,
  genaiType: 'qwen2',
  defaults: {
    rms_norm_eps: 1e-6,
    max_position_embeddings: 32_768,
    num_key_value_heads: 32,
    sliding_window: 4096,
  },
  attentionBias: true,
  isLocal: (layer, config) => layer >= ((config.max_window_layers as number | undefined) ?? 28),
  windowSwitch: 'use_sliding_window',
  gguf: { architecture: 'qwen2', pairsRows: false, addedToNorms: 0, scaledByHiddenSize: null },
}

const gemma2: Family = {
  ...llama,
  genaiType: 'gemma2',
  defaults: {
    rms_norm_eps: 1e-6,
    max_position_embeddings: 8192,
    num_key_value_heads: 4,
    head_dim: 256,
    query_pre_attn_scalar: 256,
    attn_logit_softcapping: 50,
    final_logit_softcapping: 30,
    sliding_window: 4096,
  },
  activation: 'gelu_tanh',
  tiesEmbeddings: true,
  normOffset: 1,
  scalesEmbeddings: true,
  overflowsHalf: true,
  normsAfter: true,
  attentionScale: 'query_pre_attn_scalar',
  attentionSoftcap: true,
  logitSoftcap: true,
  isLocal: (layer) => layer % 2 === 0,
  gguf: { architecture: 'gemma2', pairsRows: false, addedToNorms: 1, scaledByHiddenSize: 46 },
}

const gemma3: Family = {
  ...gemma2,
  genaiType: 'gemma3_text',
  defaults: {
    rms_norm_eps: 1e-6,
    max_position_embeddings: 131_072,
    num_key_value_heads: 4,
    head_dim: 256,
    query_pre_attn_scalar: 256,
    final_logit_softcapping: null,
    sliding_window: 4096,
  },
  headNorms: true,
  attentionSoftcap: false,
  isLocal: (layer, config) =>
    (layer + 1) % ((config.sliding_window_pattern as number | undefined) ?? 6) !== 0,
  localTheta: 10_000,
  theta: 1_000_000,
  gguf: { architecture: 'gemma3', pairsRows: false, addedToNorms: 1, scaledByHiddenSize: 62 },
}

/** Supported architectures, by their Hugging Face class names. */
export const families = {
  LlamaForCausalLM: llama,
  MistralForCausalLM: {
    ...llama,
    genaiType: 'mistral',
    defaults: {
      rms_norm_eps: 1e-6,
      max_position_embeddings: 131_072,
      num_key_value_heads: 8,
      sliding_window: 4096,
    },
    isLocal: () => true,
    gguf: null,
  },
  Qwen2ForCausalLM: qwen2,
  Qwen3ForCausalLM: {
    ...qwen2,
    genaiType: 'qwen3',
    defaults: { ...qwen2.defaults, head_dim: 128 },
    attentionBias: false,
    headNorms: true,
    gguf: { architecture: 'qwen3', pairsRows: false, addedToNorms: 0, scaledByHiddenSize: null },
  },
  Gemma2ForCausalLM: gemma2,
  Gemma3ForCausalLM: gemma3,
  Gemma3ForConditionalGeneration: {
    ...gemma3,
    gguf: null,
    // Published configs leave out what transformers sets.
    defaults: {
      ...gemma3.defaults,
      vocab_size: 262_208,
      hidden_size: 2304,
      intermediate_size: 9216,
      num_hidden_layers: 26,
      num_attention_heads: 8,
    },
    textPart: {
      config: 'text_config',
      prefixes: [
        ['language_model.', ''],
        ['model.language_model.', 'model.'],
      ],
      leftOut: [
        'vision_tower.',
        'multi_modal_projector.',
        'model.vision_tower.',
        'model.multi_modal_projector.',
      ],
    },
  },
} satisfies Record<string, Family>

export type Architecture = keyof typeof families

export const architectures = Object.keys(families) as Architecture[]

export const isSupported = (architecture: unknown): architecture is Architecture =>
  architectures.includes(architecture as Architecture)
