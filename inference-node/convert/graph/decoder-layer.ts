import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import { type Matrix, toRole } from '../weights/matrix-formats.ts'
import type { AttentionInputs } from './attention-inputs.ts'
import { cachedAttention, projectOutput } from './attention-layer.ts'
import { cutRows, padRows, takesPairs } from './even-rows.ts'
import type { GraphWriter } from './graph-writer.ts'
import { multiply, multiplyBlocks } from './matrix-products.ts'
import { normalize, normalizeAlone } from './norms.ts'

/** The hidden state between layers: the sum of both, taken where the next norm needs it. */
export interface Stream {
  hidden: string
  delta: string | null
}

/**
 * Attention and feed-forward, each on the normalized stream and added to it.
 *
 * @param wanted cuts [batch, new, size] to the positions that go on behind the attention; all, if left out
 */
export function addLayer(
  graph: GraphWriter,
  config: DecoderConfig,
  layer: number,
  stream: Stream,
  attention: AttentionInputs,
  wanted: ((rows: string, name: string) => string) | null = null,
): Stream {
  const name = `model.layers.${layer}`
  const before = normalize(graph, config, `${name}.input_layernorm`, stream.hidden, stream.delta)
  const all = cachedAttention(graph, config, layer, before.normalized, attention)
  const attended = projectOutput(graph, config, layer, wanted ? wanted(all, 'attended') : all)
  const hidden = wanted
    ? graph.flat(wanted(graph.byRow(before.hidden, config.hiddenSize), 'hidden'), config.hiddenSize)
    : before.hidden
  const after = normalize(
    graph,
    config,
    config.normsAfter ? `${name}.pre_feedforward_layernorm` : `${name}.post_attention_layernorm`,
    hidden,
    config.normsAfter
      ? normalizeAlone(graph, config, `${name}.post_attention_layernorm`, attended)
      : attended,
  )
  const fed = feedForward(graph, config, layer, after.normalized)
  return {
    hidden: after.hidden,
    delta: config.normsAfter ? normalizeAlone(graph, config, `${name}.post_feedforward_layernorm`, fed) : fed,
  }
}

/** down(activation(gate(x)) * up(x)) */
function feedForward(graph: GraphWriter, config: DecoderConfig, layer: number, input: string): string {
  const name = `model.layers.${layer}.mlp`
  const { hiddenSize, intermediateSize } = config
  const matrix = (part: string, rows: number, columns: number, kind: 'gateAndUp' | 'down') => {
    const tensor = `${name}.${part}_proj.weight`
    const role = toRole(kind, layer, config.layers, graph.weights.formats)
    return graph.weights.matrix(tensor, [{ tensor, rows }], columns, role)
  }
  const gateAndUp = (part: string) => matrix(part, intermediateSize, hiddenSize, 'gateAndUp')
  const active = multiplyGated(graph, config, name, input, gateAndUp('gate'), gateAndUp('up'))
  return multiply(graph, active, matrix('down', hiddenSize, intermediateSize, 'down'), `${name}.down`)
}

/** activation(gate(x)) * up(x), cut to the rows of x once where both products have to pad them. */
function multiplyGated(
  graph: GraphWriter,
  config: DecoderConfig,
  name: string,
  input: string,
  gateMatrix: Matrix,
  upMatrix: Matrix,
): string {
  const pads = [gateMatrix, upMatrix].every((each) => each.kind === 'blocks' && takesPairs(graph, each))
  const project = (matrix: Matrix, output: string) =>
    pads && matrix.kind === 'blocks'
      ? multiplyBlocks(graph, padRows(graph, input), matrix, output)
      : multiply(graph, input, matrix, output)
  const gate = project(gateMatrix, `${name}.gate`)
  const up = project(upMatrix, `${name}.up`)
  const active =
    config.activation === 'silu'
      ? graph.node('Mul', [gate, graph.node('Sigmoid', [gate], `${name}.sigmoid`)], `${name}.active`)
      : graph.node('Gelu', [gate], `${name}.active`, { approximate: 'tanh' })
  const product = graph.node('Mul', [active, up], `${name}.product`)
  return pads ? cutRows(graph, product, input, `${name}.product.cut`) : product
}

/** The last norm and the output matrix: [positions, matrix rows], float32. */
export function addLogits(
  graph: GraphWriter,
  config: DecoderConfig,
  hidden: string,
  output: Matrix,
  name: string,
): string {
  const normalized = normalizeAlone(graph, config, 'model.norm', hidden)
  let logits = multiply(graph, normalized, output, name)
  if (graph.weights.formats.dense !== 'float32')
    logits = graph.node('Cast', [logits], `${name}.wide`, { to: 1 })
  if (config.logitSoftcap === null) return logits
  const cap = graph.constantFloat('logit_softcap', config.logitSoftcap)
  const bent = graph.node('Tanh', [graph.node('Div', [logits, cap], `${name}.scaled`)], `${name}.bent`)
  return graph.node('Mul', [bent, cap], `${name}.capped`)
}

/** The tensor that turns hidden states into logits. */
export const outputMatrix = (config: DecoderConfig) => ({
  tensor: config.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
  rows: config.vocabularySize,
})
