import { logitsStartName } from '../model/graph.ts'
import type { DecoderConfig } from './decoder-config.ts'
import { GraphWriter } from './graph-writer.ts'
import { rotaryTables } from './rotary.ts'
import type { Matrix, WeightPlan, Weights } from './weight-plan.ts'

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
 * Between the layers the hidden state is [batch * new, hiddenSize].
 */
export function buildDecoderGraph(
  config: DecoderConfig,
  weights: WeightPlan,
  options: GraphOptions,
): Uint8Array {
  const graph = new GraphWriter(weights, 'input_ids')
  const number = weights.formats.dense
  graph.input('input_ids', 'int64', ['batch_size', 'sequence_length'])
  graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length'])
  graph.output('logits', 'float32', ['batch_size', 'logits_length', config.vocabularySize])
  for (let layer = 0; layer < config.layers; layer++)
    for (const part of ['key', 'value']) {
      const shape = (tokens: string) => ['batch_size', config.kvHeads, tokens, config.headSize]
      graph.input(`past_key_values.${layer}.${part}`, number, shape('past_sequence_length'))
      graph.output(`present.${layer}.${part}`, number, shape('total_sequence_length'))
    }

  const attention = sequenceLengths(graph, config, options.contextLength)
  let stream: Stream = { hidden: embedTokens(graph, config), delta: null }
  for (let layer = 0; layer < config.layers; layer++)
    stream = addLayer(graph, config, layer, stream, attention)
  const hidden = graph.byRow(graph.node('Add', [stream.hidden, stream.delta!], 'final'), config.hiddenSize)

  graph.overridableIntegers(logitsStartName, [0])
  const end = graph.integers('end', [Number.MAX_SAFE_INTEGER])
  const wanted = graph.node('Slice', [hidden, logitsStartName, end, graph.integers('axis', [1])], 'wanted')
  const output = weights.vocabularyMatrix(outputMatrix(config), config.hiddenSize)
  const logits = addLogits(graph, config, graph.flat(wanted, config.hiddenSize), output, 'logits.flat')
  const shape = graph.node(
    'Concat',
    [
      graph.node('Shape', [wanted], 'wanted.shape', { start: 0, end: 2 }),
      graph.integers('vocabulary', [config.vocabularySize]),
    ],
    'logits.shape',
    { axis: 0 },
  )
  graph.nodes('Reshape', [logits, shape], ['logits'])
  return graph.finish(config.architecture, options.producer)
}

/**
 * One layer alone: `hidden` float [tokens, hiddenSize] in and `next` out, for one sequence from its beginning
 * (`attention_mask` int64 [1, tokens], all ones; `past_key_values.N.key|value` with no tokens). For every matrix the
 * squares of its inputs, summed up by column, can be fetched too: see `squaresOf`.
 */
export function buildLayerGraph(
  config: DecoderConfig,
  layer: number,
  weights: Weights,
  options: GraphOptions,
): Uint8Array {
  const graph = new GraphWriter(weights, 'attention_mask', true)
  const number = weights.formats.dense
  graph.input('hidden', number, ['tokens', config.hiddenSize])
  graph.input('attention_mask', 'int64', [1, 'tokens'])
  for (const part of ['key', 'value'])
    graph.input(`past_key_values.${layer}.${part}`, number, [1, config.kvHeads, 'past', config.headSize])
  graph.output('next', number, ['tokens', config.hiddenSize])
  const attention = sequenceLengths(graph, config, options.contextLength)
  const stream = addLayer(graph, config, layer, { hidden: 'hidden', delta: null }, attention)
  graph.node('Add', [stream.hidden, stream.delta!], 'next')
  return graph.finish(`${config.architecture}.layer`, options.producer)
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

/** The tensor that turns hidden states into logits. */
export const outputMatrix = (config: DecoderConfig) => ({
  tensor: config.tiedEmbeddings ? 'model.embed_tokens.weight' : 'lm_head.weight',
  rows: config.vocabularySize,
})

/** The hidden state between layers: the sum of both, taken where the next norm needs it. */
interface Stream {
  hidden: string
  delta: string | null
}

function addLayer(
  graph: GraphWriter,
  config: DecoderConfig,
  layer: number,
  { hidden, delta }: Stream,
  attention: AttentionInputs,
): Stream {
  const name = `model.layers.${layer}`
  const before = normalize(graph, config, `${name}.input_layernorm`, hidden, delta)
  const attended = attend(graph, config, layer, before.normalized, attention)
  const after = normalize(
    graph,
    config,
    config.normsAfter ? `${name}.pre_feedforward_layernorm` : `${name}.post_attention_layernorm`,
    before.hidden,
    config.normsAfter
      ? normalizeAlone(graph, config, `${name}.post_attention_layernorm`, attended)
      : attended,
  )
  const fed = feedForward(graph, config, `${name}.mlp`, after.normalized)
  return {
    hidden: after.hidden,
    delta: config.normsAfter ? normalizeAlone(graph, config, `${name}.post_feedforward_layernorm`, fed) : fed,
  }
}

interface AttentionInputs {
  /** int32 [batch]: tokens of each row before and with the new ones, minus 1. */
  lengths: string
  /** int32 [1]: the longest row. */
  longest: string
  /** int64 [batch, new]: position of each new token. */
  positions: () => string
  cos: string
  sin: string
}

/** What GroupQueryAttention wants to know, from the mask; and the rotary tables. */
function sequenceLengths(graph: GraphWriter, config: DecoderConfig, tableRows: number): AttentionInputs {
  const one = graph.integers('one', [1])
  const sum = graph.node('ReduceSum', ['attention_mask', one], 'mask.sum', { keepdims: 0 })
  const last = graph.node('Sub', [sum, one], 'mask.last')
  const width = graph.node('Shape', ['attention_mask'], 'mask.width', { start: 1, end: 2 })
  const { cos, sin } = rotaryTables(config.rope, config.headSize, tableRows)
  const shape = [tableRows, config.headSize / 2]
  return {
    lengths: graph.node('Cast', [last], 'seqlens_k', { to: 6 }),
    longest: graph.node('Cast', [width], 'total_sequence_length', { to: 6 }),
    positions: once(() => newPositions(graph, sum)),
    cos: graph.weights.table('cos_cache', shape, graph.dense(cos)),
    sin: graph.weights.table('sin_cache', shape, graph.dense(sin)),
  }
}

/**
 * A row's new tokens follow its past; without a past they start at 0, and a short row is padded behind.
 *
 * @param sum int64 [batch]: ones in each row of the mask
 */
function newPositions(graph: GraphWriter, sum: string): string {
  const count = graph.node('Gather', [graph.rowShape(), graph.integers('second', [1])], 'new.count', {
    axis: 0,
  })
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

/** Looks up the tokens: [batch * new, hiddenSize]. */
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

/** Adds `delta` to the hidden state, if there is one, and normalizes the sum. */
function normalize(
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

/** x / rms(x) * weight, the mean taken in float32. */
function normalizeAlone(graph: GraphWriter, config: DecoderConfig, name: string, input: string): string {
  const weight = graph.weights.vector(`${name}.weight`, config.hiddenSize, config.normOffset)
  return graph.node('SimplifiedLayerNormalization', [input, weight], `${name}.normalized`, {
    axis: -1,
    epsilon: { float: config.normEpsilon },
    stash_type: 1,
  })
}

function attend(
  graph: GraphWriter,
  config: DecoderConfig,
  layer: number,
  input: string,
  attention: AttentionInputs,
): string {
  const name = `model.layers.${layer}.self_attn`
  const queryRows = config.attentionHeads * config.headSize
  const kvRows = config.kvHeads * config.headSize
  const packed = graph.multiply(
    input,
    graph.weights.matrix(
      `${name}.qkv_proj.weight`,
      [
        { tensor: `${name}.q_proj.weight`, rows: queryRows },
        { tensor: `${name}.k_proj.weight`, rows: kvRows },
        { tensor: `${name}.v_proj.weight`, rows: kvRows },
      ],
      config.hiddenSize,
    ),
    `${name}.qkv`,
  )
  const window = config.windows[layer]
  const attended = `${name}.attended`
  const rows = graph.byRow(packed, queryRows + 2 * kvRows)
  const rotates = config.headSize % rotatedInside === 0
  graph.nodes(
    'GroupQueryAttention',
    [
      ...(rotates ? [rows, '', ''] : rotateOutside(graph, config, name, rows, attention)),
      `past_key_values.${layer}.key`,
      `past_key_values.${layer}.value`,
      attention.lengths,
      attention.longest,
      ...(rotates ? [attention.cos, attention.sin] : []),
    ],
    [attended, `present.${layer}.key`, `present.${layer}.value`],
    {
      num_heads: config.attentionHeads,
      kv_num_heads: config.kvHeads,
      do_rotary: rotates ? 1 : 0,
      rotary_interleaved: 0,
      scale: { float: config.attentionScale },
      ...(config.attentionSoftcap ? { softcap: { float: config.attentionSoftcap } } : {}),
      ...(window ? { local_window_size: window } : {}),
    },
  )
  return graph.multiply(
    graph.flat(attended, queryRows),
    graph.weights.matrix(
      `${name}.o_proj.weight`,
      [{ tensor: `${name}.o_proj.weight`, rows: config.hiddenSize }],
      queryRows,
    ),
    `${name}.output`,
  )
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

/** down(activation(gate(x)) * up(x)) */
function feedForward(graph: GraphWriter, config: DecoderConfig, name: string, input: string): string {
  const project = (part: string, from: string, rows: number, columns: number) => {
    const tensor = `${name}.${part}_proj.weight`
    return graph.multiply(from, graph.weights.matrix(tensor, [{ tensor, rows }], columns), `${name}.${part}`)
  }
  const gate = project('gate', input, config.intermediateSize, config.hiddenSize)
  const up = project('up', input, config.intermediateSize, config.hiddenSize)
  const active =
    config.activation === 'silu'
      ? graph.node('Mul', [gate, graph.node('Sigmoid', [gate], `${name}.sigmoid`)], `${name}.active`)
      : graph.node('Gelu', [gate], `${name}.active`, { approximate: 'tanh' })
  return project(
    'down',
    graph.node('Mul', [active, up], `${name}.product`),
    config.hiddenSize,
    config.intermediateSize,
  )
}

/** The last norm and the output matrix: [positions, matrix rows], float32. */
function addLogits(
  graph: GraphWriter,
  config: DecoderConfig,
  hidden: string,
  output: Matrix,
  name: string,
): string {
  const normalized = normalizeAlone(graph, config, 'model.norm', hidden)
  let logits = graph.multiply(normalized, output, name)
  if (graph.weights.formats.dense === 'float16')
    logits = graph.node('Cast', [logits], `${name}.wide`, { to: 1 })
  if (config.logitSoftcap === null) return logits
  const cap = graph.constantFloat('logit_softcap', config.logitSoftcap)
  const bent = graph.node('Tanh', [graph.node('Div', [logits, cap], `${name}.scaled`)], `${name}.bent`)
  return graph.node('Mul', [bent, cap], `${name}.capped`)
}
