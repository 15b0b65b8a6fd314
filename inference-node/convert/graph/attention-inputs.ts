import type { DecoderConfig } from '../checkpoint/decoder-config.ts'
import type { Rope } from '../checkpoint/rope-config.ts'
import type { GraphWriter } from './graph-writer.ts'
import { rotaryTables } from './rotary.ts'

export interface AttentionInputs {
  /** int32 [batch]: tokens of each row before and with the new ones, minus 1. */
  lengths: string
  /** int32 [1]: the longest row. */
  longest: string
  /** int64 [batch, new]: position of each new token. */
  positions: () => string
  /** Names of the tables of cosines and sines for a layer. */
  rotation: (layer: number) => { cos: string; sin: string }
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
  const tables = (rope: Rope, suffix: string) =>
    once(() => {
      const shape = [tableRows, config.headSize / 2]
      const { cos, sin } = rotaryTables(rope, config.headSize, tableRows, Math.sqrt(config.attentionScale))
      return {
        cos: graph.weights.table(`cos_cache${suffix}`, shape, graph.dense(cos)),
        sin: graph.weights.table(`sin_cache${suffix}`, shape, graph.dense(sin)),
      }
    })
  const everywhere = tables(config.rope, '')
  const local = config.localRope === config.rope ? everywhere : tables(config.localRope, '.local')
  return {
    lengths: graph.node('Cast', [last], 'seqlens_k', { to: 6 }),
    longest: graph.node('Cast', [width], 'total_sequence_length', { to: 6 }),
    positions: once(() => newPositions(graph, sum, count())),
    rotation: (layer) => (config.windows[layer] === null ? everywhere() : local()),
    oneToken: cpuOnly
      ? {
          condition: graph.node('Equal', [count(), one], 'new.one'),
          sink: sinkWithoutShare(graph, config.attentionHeads),
        }
      : null,
  }
}

/** Scores so low that their exponential is 0 next to any other. */
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
