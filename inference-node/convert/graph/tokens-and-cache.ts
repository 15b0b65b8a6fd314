import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import { type AttentionInputs, type AttentionUse, attentionInputs } from './attention-layer.ts'
import type { GraphWriter } from './graph-writer.ts'

/**
 * What every graph over whole sequences takes, and the cache that it gives back, by onnxruntime-genai's names.
 *
 * @param contextLength positions for which rotary tables are written
 * @returns the looked-up tokens [batch * new, hiddenSize], and what attention needs to know
 */
export function addTokensAndCache(
  graph: GraphWriter,
  config: DecoderConfig,
  contextLength: number,
  use: AttentionUse,
): { embedded: string; attention: AttentionInputs } {
  const number = graph.weights.formats.dense
  graph.input('input_ids', 'int64', ['batch_size', 'sequence_length'])
  graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length'])
  for (let layer = 0; layer < config.layers; layer++)
    for (const part of ['key', 'value']) {
      const shape = (tokens: string) => ['batch_size', config.kvHeads, tokens, config.headSize]
      graph.input(`past_key_values.${layer}.${part}`, number, shape('past_sequence_length'))
      graph.output(`present.${layer}.${part}`, number, shape('total_sequence_length'))
    }
  const attention = attentionInputs(graph, config, contextLength, use)
  return { embedded: embedTokens(graph, config), attention }
}

function embedTokens(graph: GraphWriter, config: DecoderConfig): string {
  const tokens = graph.node('Reshape', ['input_ids', graph.integers('flat', [-1])], 'tokens')
  const embedding = graph.weights.vocabularyMatrix(
    { tensor: 'model.embed_tokens.weight', rows: config.vocabularySize },
    config.hiddenSize,
  )
  const embedded = graph.lookUp(embedding, tokens, 'embedded')
  if (config.embeddingScale === null) return embedded
  return graph.node(
    'Mul',
    [embedded, graph.scalar('embedding_scale', config.embeddingScale)],
    'embedded.scaled',
  )
}
