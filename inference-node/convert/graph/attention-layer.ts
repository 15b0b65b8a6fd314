import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import { type MatrixPart, type RolePart, toRole } from '../weights/matrix-formats.ts'
import type { AttentionInputs } from './attention-inputs.ts'
import type { GraphWriter, Operation } from './graph-writer.ts'
import { multiply } from './matrix-products.ts'
import { normalizeAlone } from './norms.ts'

/** Puts the keys and values of the input into the cache, and attends: [batch, new, heads * headSize]. */
export function cachedAttention(
  graph: GraphWriter,
  config: DecoderConfig,
  layer: number,
  input: string,
  attention: AttentionInputs,
): string {
  const name = `model.layers.${layer}.self_attn`
  const queryRows = config.attentionHeads * config.headSize
  const kvRows = config.kvHeads * config.headSize
  const role = (kind: 'attention' | 'keysAndValues') =>
    toRole(kind, layer, config.layers, graph.weights.formats)
  const parts: RolePart[] = [
    { tensor: `${name}.q_proj.weight`, rows: queryRows },
    { tensor: `${name}.k_proj.weight`, rows: kvRows, role: role('keysAndValues') },
    { tensor: `${name}.v_proj.weight`, rows: kvRows, role: role('keysAndValues') },
  ]
  const matrix = graph.weights.matrix(`${name}.qkv_proj.weight`, parts, config.hiddenSize, role('attention'))
  const product = multiply(graph, input, matrix, `${name}.qkv`)
  const packed = config.attentionBias ? addBias(graph, name, parts, product) : product
  const rows = graph.byRow(packed, queryRows + 2 * kvRows)
  const rotation = attention.rotation(layer)
  const rotates = config.headSize % rotatedInside === 0
  const split = config.headNorms || !rotates ? splitHeads(graph, config, name, rows) : [rows, '', '']
  const normalized = config.headNorms ? normalizeHeads(graph, config, name, split) : split
  const parted = rotates ? normalized : rotateOutside(graph, config, normalized, rotation, attention)
  const tables = rotates ? [rotation.cos, rotation.sin] : ['', '']
  const attended = `${name}.attended`
  const outputs = [attended, `present.${layer}.key`, `present.${layer}.value`]
  const attend = (sink: string | null) => groupQueryAttention(config, layer, parted, tables, attention, sink)
  const { oneToken } = attention
  if (oneToken === null) {
    const { operator, inputs, attributes } = attend(null)
    graph.nodes(operator, inputs, outputs, attributes)
  } else {
    const cached = ['batch', config.kvHeads, 'tokens', config.headSize]
    const shapes = [['batch', 'new', queryRows], cached, cached]
    const sizes = parted[1] === '' ? [queryRows + 2 * kvRows] : [queryRows, kvRows, kvRows]
    for (const [index, size] of sizes.entries()) graph.value(parted[index]!, ['batch', 'new', size])
    graph.choose(
      oneToken.condition,
      outputs.map((output, index) => ({ name: output, shape: shapes[index]! })),
      attend(oneToken.sink),
      attend(null),
    )
  }
  return attended
}

/**
 * @param parts queries, keys and values, the last two empty where all are packed in the first
 * @param tables cosines and sines, empty where queries and keys are rotated already
 */
function groupQueryAttention(
  config: DecoderConfig,
  layer: number,
  parts: readonly string[],
  tables: readonly string[],
  { lengths, longest }: AttentionInputs,
  sink: string | null,
): Operation {
  const window = config.windows[layer]
  const rotates = tables[0] !== ''
  const cache = ['key', 'value'].map((part) => `past_key_values.${layer}.${part}`)
  const inputs = [...parts, ...cache, lengths, longest]
  if (rotates || sink !== null) inputs.push(...tables)
  if (sink !== null) inputs.push('', '', sink)
  return {
    operator: 'GroupQueryAttention',
    inputs,
    attributes: {
      num_heads: config.attentionHeads,
      kv_num_heads: config.kvHeads,
      do_rotary: rotates ? 1 : 0,
      rotary_interleaved: 0,
      scale: { float: 1 },
      ...(config.attentionSoftcap ? { softcap: { float: config.attentionSoftcap } } : {}),
      ...(window ? { local_window_size: window } : {}),
    },
  }
}

/** Projects the output of attention, [batch, new, heads * headSize], to a change of the stream: [batch * new, hiddenSize]. */
export function projectOutput(
  graph: GraphWriter,
  config: DecoderConfig,
  layer: number,
  attended: string,
): string {
  const name = `model.layers.${layer}.self_attn`
  const queryRows = config.attentionHeads * config.headSize
  const tensor = `${name}.o_proj.weight`
  const role = toRole('attention', layer, config.layers, graph.weights.formats)
  const matrix = graph.weights.matrix(tensor, [{ tensor, rows: config.hiddenSize }], queryRows, role)
  return multiply(graph, graph.flat(attended, queryRows), matrix, `${name}.output`)
}

/** Head sizes that GroupQueryAttention rotates itself are multiples of this. */
const rotatedInside = 16

/** Adds the biases of queries, keys and values to their packed product. */
function addBias(graph: GraphWriter, name: string, parts: readonly MatrixPart[], product: string): string {
  const biases = parts.map(({ tensor, rows }) => ({ tensor: tensor.replace(/weight$/, 'bias'), rows }))
  return graph.node(
    'Add',
    [product, graph.weights.joinedVector(`${name}.qkv_proj.bias`, biases)],
    `${name}.biased`,
  )
}

/** Queries, keys and values, each [batch, new, heads * headSize]. */
function splitHeads(graph: GraphWriter, config: DecoderConfig, name: string, packed: string): string[] {
  const queryRows = config.attentionHeads * config.headSize
  const kvRows = config.kvHeads * config.headSize
  const parts = ['query', 'key', 'values'].map((part) => `${name}.${part}`)
  const sizes = graph.integers('qkv.sizes', [queryRows, kvRows, kvRows])
  graph.nodes('Split', [packed, sizes], parts, { axis: -1 })
  return parts
}

/** Normalizes each head of the queries and keys. */
function normalizeHeads(
  graph: GraphWriter,
  config: DecoderConfig,
  name: string,
  [query, key, values]: readonly string[],
): string[] {
  const normalize = (part: string, heads: number, norm: string) => {
    const byHead = graph.node(
      'Reshape',
      [part, graph.integers(`heads.${heads}`, [0, 0, heads, config.headSize])],
      `${part}.heads`,
    )
    const normalized = normalizeAlone(graph, config, `${name}.${norm}`, byHead, config.headSize)
    return graph.node('Reshape', [normalized, graph.integers('joined', [0, 0, -1])], `${part}.normalized`)
  }
  return [
    normalize(query!, config.attentionHeads, 'q_norm'),
    normalize(key!, config.kvHeads, 'k_norm'),
    values!,
  ]
}

/** Rotates queries and keys, each [batch, new, heads * headSize]. */
function rotateOutside(
  graph: GraphWriter,
  config: DecoderConfig,
  [query, key, values]: readonly string[],
  { cos, sin }: { cos: string; sin: string },
  attention: AttentionInputs,
): string[] {
  const rotate = (part: string, heads: number) =>
    graph.node('RotaryEmbedding', [part, attention.positions(), cos, sin], `${part}.rotated`, {
      num_heads: heads,
      rotary_embedding_dim: config.headSize,
    })
  return [rotate(query!, config.attentionHeads), rotate(key!, config.kvHeads), values!]
}
