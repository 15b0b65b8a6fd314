/** The best logits of a row, and a sum over all of them: what a graph's outputs say of a row. */
export interface BestLogits {
  /** Descending. Of tokens with the last one's logit some may be missing. */
  values: Float32Array
  ids: Int32Array
  sum: number
}

/** Outputs of a graph that carry what sampling needs of each row in place of its whole logits. */
export const bestLogitsNames = {
  /** float32 [batch, positions, K]: the K largest logits, descending */
  values: 'best_logits',
  /** int32 [batch, positions, K]: their tokens */
  ids: 'best_ids',
  /** float32 [batch, positions, 1]: the sum over the vocabulary of e^(logit - largest logit) */
  sum: 'exponential_sum',
}

/** Best logits that our graphs give of each row. */
export const countBest = (vocabularySize: number): number => Math.min(128, vocabularySize)

/**
 * Blocks of equal size into which a row is cut to be summed, block by block and then over the blocks: the fewer
 * terms a sum has, the smaller is the error that rounding can make.
 */
export function countSumBlocks(vocabularySize: number): number {
  let blocks = Math.floor(Math.sqrt(vocabularySize))
  while (vocabularySize % blocks !== 0) blocks--
  return blocks
}

/**
 * Bound of the sum's relative error in float32, in any order of its terms: one rounding for each
 * addition, and 64 more for the exponential, its argument and terms too small to be represented.
 */
export function sumErrorBound(vocabularySize: number): number {
  const blocks = countSumBlocks(vocabularySize)
  const roundings = blocks + vocabularySize / blocks + 64
  return (roundings * 2 ** -24) / (1 - roundings * 2 ** -24)
}

/** Returns whether best logits are the largest of their row, in order, with a sum within its error. */
export function isBestOf({ values, ids, sum }: BestLogits, logits: Float32Array): boolean {
  const ranked = logits.slice().sort().reverse()
  const exact = logits.reduce((total, logit) => total + Math.exp(logit - ranked[0]!), 0)
  return (
    new Set(ids).size === ids.length &&
    values.every((value, rank) => value === ranked[rank] && value === logits[ids[rank]!]) &&
    Math.abs(sum / exact - 1) <= sumErrorBound(logits.length)
  )
}
