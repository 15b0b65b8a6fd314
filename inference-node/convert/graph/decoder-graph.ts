import { logitsStartName } from '../../model/graph.ts'
import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { WeightPlan } from '../weights/weight-plan.ts'
import type { AttentionUse } from './attention-layer.ts'
import { addLayer, addLogits, outputMatrix, type Stream } from './decoder-layer.ts'
import { GraphWriter } from './graph-writer.ts'
import { addTokensAndCache } from './tokens-and-cache.ts'

export interface GraphOptions {
  /** Positions for which rotary tables are written: the longest context that the graph can serve. */
  contextLength: number
  /** Written into the model as its producer. */
  producer: string
}

/**
 * The graph of a decoder with a key-value cache, in onnxruntime-genai's conventions:
 *
 * - in: `input_ids` int64 [batch, new], `attention_mask` int64 [batch, past + new] (right-padded with zeros when
 *   rows differ), `past_key_values.N.key|value` [batch, kvHeads, tokens, headSize];
 * - out: `logits` float32 [batch, positions, vocabulary], `present.N.key|value`;
 * - `logits_start` int64 [1], an initializer that may be overridden: the first of the new positions for which
 *   logits are computed, from the end when negative. Default 0: all of them.
 *
 * The cache may be one buffer for past and present, of a fixed length: GroupQueryAttention then writes in place.
 * Between the layers the hidden state is [batch * new, hiddenSize]. Of the last layer only what the wanted logits need is
 * computed, and what goes into the cache.
 *
 * @param use what the graph is made for; all else is right, but slower
 */
export function buildDecoderGraph(
  config: DecoderConfig,
  weights: WeightPlan,
  options: GraphOptions,
  use: AttentionUse,
): Uint8Array {
  const graph = new GraphWriter(weights, 'input_ids')
  graph.output('logits', 'float32', ['batch_size', 'logits_length', config.vocabularySize])
  const { embedded, attention } = addTokensAndCache(graph, config, options.contextLength, use)
  graph.overridableIntegers(logitsStartName, [0])
  const end = graph.integers('end', [Number.MAX_SAFE_INTEGER])
  const axis = graph.integers('axis', [1])
  let stream: Stream = { hidden: embedded, delta: null }
  const { hiddenSize, layers } = config
  for (let layer = 0; layer < layers - 1; layer++) stream = addLayer(graph, config, layer, stream, attention)
  const wanted = (rows: string, name: string) =>
    graph.node('Slice', [rows, logitsStartName, end, axis], `${name}.wanted`)
  stream = addLayer(graph, config, layers - 1, stream, attention, wanted)
  const final = graph.node('Add', [stream.hidden, stream.delta!], 'final')

  const output = weights.vocabularyMatrix(outputMatrix(config), hiddenSize)
  const logits = addLogits(graph, config, final, output, 'logits.flat')
  const shape = graph.node(
    'Concat',
    [
      graph.node('Shape', ['attended.wanted'], 'wanted.shape', { start: 0, end: 2 }),
      graph.integers('vocabulary', [config.vocabularySize]),
    ],
    'logits.shape',
    { axis: 0 },
  )
  graph.nodes('Reshape', [logits, shape], ['logits'])
  return graph.finish(config.architecture, options.producer)
}
