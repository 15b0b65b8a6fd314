import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { GraphWriter, Operation } from './graph-writer.ts'
import { multiply } from './matrix-products.ts'
import { rotaryTables } from './rotary.ts'

export interface AttentionInputs {
  /** int32 [batch]: tokens of each row before and with the new ones, minus 1. */
  lengths: string
  /** int32 [1]: the longest row. */
  longest: string
  /** int64 [batch, new]: position of each new token. */
  positions: () => string
  cos: string
  sin: string
  /** See {@link attentionInputs}; null where the graph treats one new token like many. */
  oneToken: OneTokenAttention | null
}

interface OneTokenAttention {
  /** bool [1]: whether there is one new token. */
  condition: string
  /** float [heads]: the scores of the sink. */
  sink: string
}

/**
 * Adds the inputs of GroupQueryAttention that follow from the mask, and the rotary tables.
 *
 * Two things make it fast for one new token on the CPU, twice as fast with 1,000 tokens in the cache. ONNX Runtime 1.30
 * has a product of one row with a matrix that needs no copy of the matrix, but only where it is not scaled: so queries
 * and keys get the root of the scale each, by their rotation. And it takes these products only where its own kernel for
 * one token, which knows no AVX, does not fit: so there is a sink, which takes no share of the attention. For many
 * new tokens its kernel is the better one, so the graph chooses at each run.
 *
 * @param cpuOnly whether the graph may make that choice, which GPUs do not profit from
 */
export function attentionInputs(
  graph: GraphWriter,
  config: DecoderConfig,
  tableRows: number,
  cpuOnly: boolean,
): AttentionInputs {
  const one = graph.integers('one', [1])
  const count = once(() =>
    graph.node('Gather', [graph.rowShape(), graph.integers('second', [1])], 'new.count', { axis: 0 }),
  )
  const sum = graph.node('ReduceSum', ['attention_mask', one], 'mask.sum', { keepdims: 0 })
  const last = graph.node('Sub', [sum, one], 'mask.last')
  const width = graph.node('Shape', ['attention_mask'], 'mask.width', { start: 1, end: 2 })
  const { cos, sin } = rotaryTables(config.rope, config.headSize, tableRows, Math.sqrt(config.attentionScale))
  const shape = [tableRows, config.headSize / 2]
  return {
    lengths: graph.node('Cast', [last], 'seqlens_k', { to: 6 }),
    longest: graph.node('Cast', [width], 'total_sequence_length', { to: 6 }),
    positions: once(() => newPositions(graph, sum, count())),
    cos: graph.weights.table('cos_cache', shape, graph.dense(cos)),
    sin: graph.weights.table('sin_cache', shape, graph.dense(sin)),
    oneToken: cpuOnly
      ? {
          condition: graph.node('Equal', [count(), one], 'new.one'),
          sink: sinkWithoutShare(graph, config.attentionHeads),
        }
      : null,
  }
}

/** Scores so low that their exponential is 0 beside any other. */
const sinkWithoutShare = (graph: GraphWriter, heads: number) =>
  graph.weights.table('no_sink', [heads], graph.dense(new Float32Array(heads).fill(-1e30)))

/**
 * A row's new tokens follow its past; without a past they start at 0, and a short row is padded behind.
 *
 * @param sum int64 [batch]: ones in each row of the mask
 * @param count int64 [1]: new tokens of each row
 */
function newPositions(graph: GraphWriter, sum: string, count: string): string {
  const past = graph.node(
    'Max',
    [graph.node('Sub', [sum, count], 'past.signed'), graph.integers('zero', [0])],
    'past.count',
  )
  const scalar = graph.node('Squeeze', [count], 'new.scalar')
  const range = graph.node(
    'Range',
    [graph.wholeNumber('range.start', 0), scalar, graph.wholeNumber('range.step', 1)],
    'new.range',
  )
  const column = graph.node('Unsqueeze', [past, graph.integers('column', [1])], 'past.column')
  return graph.node('Add', [column, range], 'positions')
}

function once<T>(make: () => T): () => T {
  let made: { value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

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
  const packed = multiply(
    graph,
    input,
    graph.weights.matrix(
      `${name}.qkv_proj.weight`,
      [
        { tensor: `${name}.q_proj.weight`, rows: queryRows },
        { tensor: `${name}.k_proj.weight`, rows: kvRows },
        { tensor: `${name}.v_proj.weight`, rows: kvRows },
      ],
      config.hiddenSize,
      'attention',
    ),
    `${name}.qkv`,
  )
  const rows = graph.byRow(packed, queryRows + 2 * kvRows)
  const rotates = config.headSize % rotatedInside === 0
  const parts = rotates ? [rows, '', ''] : rotateOutside(graph, config, name, rows, attention)
  const tables = rotates ? [attention.cos, attention.sin] : ['', '']
  const attended = `${name}.attended`
  const outputs = [attended, `present.${layer}.key`, `present.${layer}.value`]
  const attend = (sink: string | null) => groupQueryAttention(config, layer, parts, tables, attention, sink)
  const { oneToken } = attention
  if (oneToken === null) {
    const { operator, inputs, attributes } = attend(null)
    graph.nodes(operator, inputs, outputs, attributes)
  } else {
    const cached = ['batch', config.kvHeads, 'tokens', config.headSize]
    const shapes = [['batch', 'new', queryRows], cached, cached]
    graph.value(rows, ['batch', 'new', queryRows + 2 * kvRows])
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
  const matrix = graph.weights.matrix(tensor, [{ tensor, rows: config.hiddenSize }], queryRows, 'attention')
  return multiply(graph, graph.flat(attended, queryRows), matrix, `${name}.output`)
}

/** Head sizes that GroupQueryAttention rotates itself are multiples of this. */
const rotatedInside = 16

/** Queries and keys rotated, and values: each [batch, new, heads * headSize]. */
function rotateOutside(
  graph: GraphWriter,
  config: DecoderConfig,
  name: string,
  packed: string,
  attention: AttentionInputs,
): string[] {
  const queryRows = config.attentionHeads * config.headSize
  const kvRows = config.kvHeads * config.headSize
  const parts = ['query', 'key', 'values'].map((part) => `${name}.${part}`)
  const sizes = graph.integers('qkv.sizes', [queryRows, kvRows, kvRows])
  graph.nodes('Split', [packed, sizes], parts, { axis: -1 })
  const rotate = (part: string, heads: number) =>
    graph.node(
      'RotaryEmbedding',
      [part, attention.positions(), attention.cos, attention.sin],
      `${part}.rotated`,
      { num_heads: heads, rotary_embedding_dim: config.headSize },
    )
  return [rotate(parts[0]!, config.attentionHeads), rotate(parts[1]!, config.kvHeads), parts[2]!]
}
