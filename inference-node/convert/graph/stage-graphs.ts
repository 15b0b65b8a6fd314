import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { Observed } from '../weights/column-groups.ts'
import type { Matrix } from '../weights/matrix-formats.ts'
import type { Weights } from '../weights/weight-plan.ts'
import { attentionInputs } from './attention-inputs.ts'
import type { GraphOptions } from './decoder-graph.ts'
import { addLayer, addLogits } from './decoder-layer.ts'
import { GraphWriter } from './graph-writer.ts'

/**
 * One layer alone: `hidden` float [tokens, hiddenSize] in and `next` out, for one sequence from its beginning
 * (`attention_mask` int64 [1, tokens], all ones; `past_key_values.N.key|value` with no tokens). What the inputs of the
 * matrices are like can be fetched too: `observed` names the outputs, see {@link Observed}.
 *
 * @param maxGroupSize of the columns of these inputs; null leaves the outputs away
 */
export function buildLayerGraph(
  config: DecoderConfig,
  layer: number,
  weights: Weights,
  options: GraphOptions,
  maxGroupSize: number | null = null,
): { graph: Uint8Array; observed: Observed } {
  const graph = new GraphWriter(weights, 'attention_mask', maxGroupSize)
  const number = weights.formats.dense
  graph.input('hidden', number, ['tokens', config.hiddenSize])
  graph.input('attention_mask', 'int64', [1, 'tokens'])
  for (const part of ['key', 'value'])
    graph.input(`past_key_values.${layer}.${part}`, number, [1, config.kvHeads, 'past', config.headSize])
  graph.output('next', number, ['tokens', config.hiddenSize])
  const attention = attentionInputs(graph, config, options.contextLength, false)
  const stream = addLayer(graph, config, layer, { hidden: 'hidden', delta: null }, attention)
  graph.node('Add', [stream.hidden, stream.delta!], 'next')
  return { graph: graph.finish(`${config.architecture}.layer`, options.producer), observed: graph.observed }
}

/**
 * The end alone: `hidden` float [tokens, hiddenSize] and some rows of the output matrix, `rows` float
 * [entries, hiddenSize], in; their `logits` float32 [tokens, entries] out.
 */
export function buildHeadGraph(config: DecoderConfig, weights: Weights, options: GraphOptions): Uint8Array {
  const graph = new GraphWriter(weights, 'attention_mask')
  graph.input('hidden', weights.formats.dense, ['tokens', config.hiddenSize])
  graph.input('rows', weights.formats.dense, ['entries', config.hiddenSize])
  graph.output('logits', 'float32', ['tokens', 'entries'])
  const rows: Matrix = { kind: 'dense', name: 'rows', rows: 0, columns: config.hiddenSize }
  graph.node('Identity', [addLogits(graph, config, 'hidden', rows, 'logits.flat')], 'logits')
  return graph.finish(`${config.architecture}.head`, options.producer)
}
