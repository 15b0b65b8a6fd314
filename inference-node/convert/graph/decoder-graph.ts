import { logitsStartName } from '../../model/graph.ts'
import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { WeightPlan } from '../weights/weight-plan.ts'
import { type AttentionInputs, attentionInputs } from './attention-inputs.ts'
import { addBestLogits } from './best-logits.ts'
import { addLayer, addLogits, outputMatrix, type Stream } from './decoder-layer.ts'
import { GraphWriter } from './graph-writer.ts'
import { lookUp } from './matrix-products.ts'

export interface GraphOptions {
  /** Positions for which rotary tables are written: the longest context that the graph can serve. */
  contextLength: number
  /** Written into the model as its producer. */
  producer: string
}

/** The purpose of a graph. */
export interface GraphPurpose {
  /** See {@link attentionInputs}. */
  cpuOnly: boolean
  /** True to give the best logits of each row too, which spares a GPU sending whole rows to the host. */
  bestLogits: boolean
}

/**
 * The graph of a decoder with a key-value cache, in onnxruntime-genai's conventions:
 *
 * - in: `input_ids` int64 [batch, new], `attention_mask` int64 [batch, past + new] (right-padded with zeros when
 *   rows differ), `past_key_values.N.key|value` [batch, kvHeads, tokens, headSize];
 * - out: `logits` float32 [batch, positions, vocabulary], `present.N.key|value`, and if asked for those of
 *   {@link addBestLogits};
 * - `logits_start` int64 [1], an initializer that may be overridden: the first of the new positions for which
 *   logits are computed, from the end when negative. Default 0: all of them.
 *
 * The cache may be one buffer for past and present, of a fixed length: GroupQueryAttention then writes in place.
 * Between the layers the hidden state is [batch * new, hiddenSize]. Of the last layer only what the wanted logits need is
 * computed, and what goes into the cache.
 */
export function buildDecoderGraph(
  config: DecoderConfig,
  weights: WeightPlan,
  options: GraphOptions,
  { cpuOnly, bestLogits }: GraphPurpose,
): Uint8Array {
  const graph = new GraphWriter(weights, 'input_ids')
  graph.output('logits', 'float32', ['batch_size', 'logits_length', config.vocabularySize])
  const { embedded, attention } = addTokensAndCache(graph, config, options.contextLength, cpuOnly)
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
  if (bestLogits) addBestLogits(graph, config.vocabularySize, 'wanted.shape')
  return graph.finish(config.architecture, options.producer)
}

/**
 * Adds the inputs of a graph over whole sequences, and the cache that it gives back, by onnxruntime-genai's names.
 *
 * @param contextLength positions for which rotary tables are written
 * @returns the looked-up tokens [batch * new, hiddenSize], and the inputs of attention
 */
function addTokensAndCache(
  graph: GraphWriter,
  config: DecoderConfig,
  contextLength: number,
  cpuOnly: boolean,
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
  const attention = attentionInputs(graph, config, contextLength, cpuOnly)
  return { embedded: embedTokens(graph, config), attention }
}

function embedTokens(graph: GraphWriter, config: DecoderConfig): string {
  const tokens = graph.node('Reshape', ['input_ids', graph.integers('flat', [-1])], 'tokens')
  const embedding = graph.weights.vocabularyMatrix(
    { tensor: 'model.embed_tokens.weight', rows: config.vocabularySize },
    config.hiddenSize,
  )
  const embedded = lookUp(graph, embedding, tokens, 'embedded')
  if (config.embeddingScale === null) return embedded
  const scale = graph.scalar('embedding_scale', config.embeddingScale)
  return graph.node('Mul', [embedded, scale], 'embedded.scaled')
}
