import { bestLogitsNames, countBest, countSumBlocks } from '../../model/best-logits.ts'
import type { GraphWriter } from './graph-writer.ts'

/**
 * Adds what sampling needs of each row of `logits`: its largest logits with their tokens, and the sum of the
 * exponentials of all, by {@link bestLogitsNames}.
 *
 * @param leadingSizes int64 [2]: batch and positions
 */
export function addBestLogits(graph: GraphWriter, vocabularySize: number, leadingSizes: string) {
  const { values, ids, sum } = bestLogitsNames
  const count = countBest(vocabularySize)
  const leading = ['batch_size', 'logits_length']
  graph.output(values, 'float32', [...leading, count])
  graph.output(ids, 'int32', [...leading, count])
  graph.output(sum, 'float32', [...leading, 1])
  const last = graph.integers('best.axis', [-1])
  graph.nodes('TopK', ['logits', graph.integers('best.count', [count])], [values, 'best.wide_ids'], {
    axis: -1,
  })
  graph.nodes('Cast', ['best.wide_ids'], [ids], { to: 6 })
  const first = [graph.integers('best.first', [0]), graph.integers('best.second', [1]), last]
  const largest = graph.node('Slice', [values, ...first], 'best.largest')
  const below = graph.node('Sub', ['logits', largest], 'best.below')
  const terms = graph.node('Exp', [below], 'best.terms')
  const blocks = countSumBlocks(vocabularySize)
  const cut = graph.integers('best.blocks', [blocks, vocabularySize / blocks])
  const shape = graph.node('Concat', [leadingSizes, cut], 'best.shape', { axis: 0 })
  const sums = graph.node(
    'ReduceSum',
    [graph.node('Reshape', [terms, shape], 'best.cut'), last],
    'best.sums',
    { keepdims: 0 },
  )
  graph.nodes('ReduceSum', [sums, last], [sum], { keepdims: 1 })
}
