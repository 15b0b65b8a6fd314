/** The parameters of an attention layer. */
export interface AttentionCase {
  /** Query heads that share one key-value head. */
  queryHeads: number
  headSize: number
  scale: number
  softcap: number | null
  window: number | null
}

/** The inputs of one key-value head and its query heads. */
export interface AttentionNumbers {
  /** [new, queryHeads + 2, headSize]: queries, key, value */
  packed: Float32Array
  /** [past, headSize] */
  keys: Float32Array
  values: Float32Array
}

/** Attention as transformers computes it (eager_attention_forward of Gemma 2): [new, queryHeads * headSize]. */
export function computeAttention(
  { queryHeads, headSize, scale, softcap, window }: AttentionCase,
  { packed, keys, values }: AttentionNumbers,
): Float32Array {
  const past = keys.length / headSize
  const stride = (queryHeads + 2) * headSize
  const newTokens = packed.length / stride
  const result = new Float32Array(newTokens * queryHeads * headSize)
  const row = (position: number, plane: 'key' | 'value') =>
    position < past
      ? (plane === 'key' ? keys : values).subarray(position * headSize, (position + 1) * headSize)
      : packed.subarray(
          (position - past) * stride + (queryHeads + (plane === 'key' ? 0 : 1)) * headSize,
          (position - past) * stride + (queryHeads + (plane === 'key' ? 1 : 2)) * headSize,
        )
  for (let token = 0; token < newTokens; token++)
    for (let head = 0; head < queryHeads; head++) {
      const query = packed.subarray(token * stride + head * headSize, token * stride + (head + 1) * headSize)
      const last = past + token
      const first = window === null ? 0 : Math.max(0, last - window + 1)
      const scores: number[] = []
      for (let position = first; position <= last; position++) {
        const key = row(position, 'key')
        let score = 0
        for (let i = 0; i < headSize; i++) score += query[i]! * key[i]!
        score *= scale
        scores.push(softcap === null ? score : softcap * Math.tanh(score / softcap))
      }
      const highest = Math.max(...scores)
      const weights = scores.map((score) => Math.exp(score - highest))
      const sum = weights.reduce((a, b) => a + b, 0)
      const out = result.subarray(
        (token * queryHeads + head) * headSize,
        (token * queryHeads + head + 1) * headSize,
      )
      for (let position = first; position <= last; position++) {
        const value = row(position, 'value')
        const weight = weights[position - first]! / sum
        for (let i = 0; i < headSize; i++) out[i]! += weight * value[i]!
      }
    }
  return result
}
