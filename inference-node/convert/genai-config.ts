import type { DecoderConfig } from './checkpoint/decoder-config.ts'
import { families } from './checkpoint/families.ts'

/**
 * `genai_config.json`: lets onnxruntime-genai load the directory, and names the graph for other readers.
 * Format: https://onnxruntime.ai/docs/genai/reference/config.html
 *
 * @param generation the checkpoint's generation_config.json, or nothing
 */
export function genaiConfig(
  config: DecoderConfig,
  checkpointConfig: Record<string, unknown>,
  generation: Record<string, unknown>,
  { contextLength, endTokens }: { contextLength: number; endTokens: readonly number[] },
): Record<string, unknown> {
  const token = (name: string) => generation[name] ?? checkpointConfig[name]
  return {
    model: {
      bos_token_id: token('bos_token_id'),
      context_length: contextLength,
      decoder: {
        session_options: { log_id: 'onnxruntime-genai', provider_options: [] },
        filename: 'model.onnx',
        head_size: config.headSize,
        hidden_size: config.hiddenSize,
        inputs: {
          input_ids: 'input_ids',
          attention_mask: 'attention_mask',
          past_key_names: 'past_key_values.%d.key',
          past_value_names: 'past_key_values.%d.value',
        },
        outputs: {
          logits: 'logits',
          present_key_names: 'present.%d.key',
          present_value_names: 'present.%d.value',
        },
        num_attention_heads: config.attentionHeads,
        num_hidden_layers: config.layers,
        num_key_value_heads: config.kvHeads,
      },
      eos_token_id: endTokens,
      pad_token_id: token('pad_token_id') ?? endTokens[0],
      type: families[config.architecture].genaiType,
      vocab_size: config.vocabularySize,
    },
    search: {
      do_sample: generation.do_sample ?? false,
      max_length: contextLength,
      min_length: 0,
      num_beams: 1,
      num_return_sequences: 1,
      past_present_share_buffer: true,
      repetition_penalty: generation.repetition_penalty ?? 1,
      temperature: generation.temperature ?? 1,
      top_k: generation.top_k ?? 50,
      top_p: generation.top_p ?? 1,
    },
  }
}
