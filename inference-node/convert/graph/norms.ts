import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { GraphWriter } from './graph-writer.ts'
import { elementType } from './onnx.ts'

/** Adds `delta` to the hidden state, if there is one, and normalizes the sum. */
export function normalize(
  graph: GraphWriter,
  config: DecoderConfig,
  name: string,
  hidden: string,
  delta: string | null,
) {
  if (delta === null) return { hidden, normalized: normalizeAlone(graph, config, name, hidden) }
  if (normsApart(graph)) {
    const sum = graph.node('Add', [hidden, delta], `${name}.sum`)
    return { hidden: sum, normalized: normalizeAlone(graph, config, name, sum) }
  }
  const weight = graph.weights.vector(`${name}.weight`, config.hiddenSize, config.normOffset)
  const outputs = [`${name}.normalized`, '', '', `${name}.sum`]
  graph.nodes('SkipSimplifiedLayerNormalization', [hidden, delta, weight], outputs, {
    epsilon: { float: config.normEpsilon },
  })
  return { hidden: outputs[3]!, normalized: outputs[0]! }
}

/**
 * x / rms(x) * weight over the last axis, the mean taken in float32.
 *
 * @param size of the last axis
 */
export function normalizeAlone(
  graph: GraphWriter,
  config: DecoderConfig,
  name: string,
  input: string,
  size = config.hiddenSize,
): string {
  const weight = graph.weights.vector(`${name}.weight`, size, config.normOffset)
  const attributes = { axis: -1, epsilon: { float: config.normEpsilon }, stash_type: 1 }
  const output = `${name}.normalized`
  if (!normsApart(graph))
    return graph.node('SimplifiedLayerNormalization', [input, weight], output, attributes)
  const wide = graph.node('SimplifiedLayerNormalization', [input, weight], `${output}.wide`, attributes)
  return graph.node('Cast', [wide], output, { to: elementType[graph.weights.formats.dense] })
}

/** Returns whether weights of norms have a format of their own: their operator then gives that, and the fused one has none. */
const normsApart = ({ weights: { formats } }: GraphWriter) => formats.norms !== formats.dense
