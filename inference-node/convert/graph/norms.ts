import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { GraphWriter } from './graph-writer.ts'

/** Adds `delta` to the hidden state, if there is one, and normalizes the sum. */
export function normalize(
  graph: GraphWriter,
  config: DecoderConfig,
  name: string,
  hidden: string,
  delta: string | null,
) {
  if (delta === null) return { hidden, normalized: normalizeAlone(graph, config, name, hidden) }
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
  return graph.node('SimplifiedLayerNormalization', [input, weight], `${name}.normalized`, {
    axis: -1,
    epsilon: { float: config.normEpsilon },
    stash_type: 1,
  })
}
