import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { Weights } from '../weights/weight-plan.ts'
import type { GraphOptions } from './decoder-graph.ts'
import { addKeysAndValues, addLayer, type Stream } from './decoder-layer.ts'
import { GraphWriter } from './graph-writer.ts'
import { addTokensAndCache } from './tokens-and-cache.ts'

/**
 * The graph that reads prompts into the cache of {@link buildDecoderGraph}'s: the same inputs, the same cache, no
 * logits. Of the last layer only keys and values are computed, for nothing else of it reaches the cache.
 */
export function buildPrefillGraph(
  config: DecoderConfig,
  weights: Weights,
  { contextLength, producer }: GraphOptions,
): Uint8Array {
  const graph = new GraphWriter(weights, 'input_ids')
  const { embedded, attention } = addTokensAndCache(graph, config, contextLength, 'prompts')
  let stream: Stream = { hidden: embedded, delta: null }
  for (let layer = 0; layer < config.layers - 1; layer++)
    stream = addLayer(graph, config, layer, stream, attention)
  addKeysAndValues(graph, config, config.layers - 1, stream, attention)
  return graph.finish(`${config.architecture}.prefill`, producer)
}
