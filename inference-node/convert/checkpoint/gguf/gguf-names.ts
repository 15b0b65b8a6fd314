/** Tensors of a layer by llama.cpp's names, and their names in a Hugging Face checkpoint. */
const layerNames: Record<string, string> = {
  attn_norm: 'input_layernorm',
  attn_q: 'self_attn.q_proj',
  attn_k: 'self_attn.k_proj',
  attn_v: 'self_attn.v_proj',
  attn_output: 'self_attn.o_proj',
  attn_q_norm: 'self_attn.q_norm',
  attn_k_norm: 'self_attn.k_norm',
  ffn_norm: 'post_attention_layernorm',
  ffn_gate: 'mlp.gate_proj',
  ffn_up: 'mlp.up_proj',
  ffn_down: 'mlp.down_proj',
}

/** The norms around the feed-forward of a family that also normalizes the outputs. */
const normsAfterNames: Record<string, string> = {
  post_attention_norm: 'post_attention_layernorm',
  ffn_norm: 'pre_feedforward_layernorm',
  post_ffw_norm: 'post_feedforward_layernorm',
}

const otherNames: Record<string, string> = {
  token_embd: 'model.embed_tokens',
  output_norm: 'model.norm',
  output: 'lm_head',
}

/** A tensor's name in the checkpoint that a GGUF file was made from; an unknown one stays as it is. */
export function toCheckpointName(name: string, normsAfter: boolean): string {
  const [, layer, part, kind] = /^(?:blk\.(\d+)\.)?(\w+)\.(weight|bias)$/.exec(name) ?? []
  const names = layer === undefined ? otherNames : { ...layerNames, ...(normsAfter ? normsAfterNames : {}) }
  if (part === undefined || !Object.hasOwn(names, part)) return name
  return `${layer === undefined ? '' : `model.layers.${layer}.`}${names[part]}.${kind}`
}
