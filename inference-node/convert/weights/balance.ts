/** For a matrix, by its name: what divides each of its inputs and multiplies the column that takes it. In shared memory. */
export type Balances = ReadonlyMap<string, Float32Array>

/**
 * Makes the inputs of matrices more alike, and their columns less so: one scale for a token's inputs and one for a
 * row of weights then lose less. The products stay what they were. (SmoothQuant, Xiao et al., 2023, by the root of the
 * inputs' size alone.)
 *
 * @param inputs the squares of the inputs of each matrix
 */
export function balance(inputs: ReadonlyMap<string, Float32Array>): Balances {
  return new Map([...inputs].map(([matrix, squares]) => [matrix, getBalance(squares)]))
}

function getBalance(squares: Float32Array): Float32Array {
  const mean = squares.reduce((sum, value) => sum + value, 0) / squares.length
  const values = new Float32Array(new SharedArrayBuffer(4 * squares.length))
  for (let column = 0; column < squares.length; column++) values[column] = (squares[column]! / mean) ** 0.25
  return values
}

/** The matrix whose balance divides the rows of a tensor (the numbers of a norm), and the one whose balance multiplies its columns. */
export interface Balanced {
  rows?: string
  columns?: string
}

/**
 * The input of a matrix comes from a norm, or from the rows of another matrix with nothing but a product between
 * them: there it is divided. What attention gives is left alone.
 *
 * @param normsAfter as of `DecoderConfig`
 */
export function balancedBy(tensor: string, normsAfter: boolean): Balanced {
  const [, layer, part] = /^(model\.layers\.\d+)\.(.+)\.weight$/.exec(tensor) ?? []
  const attention = `${layer}.self_attn.qkv_proj.weight`
  const feedForward = `${layer}.mlp.gate_proj.weight`
  const product = `${layer}.mlp.down_proj.weight`
  switch (part) {
    case 'input_layernorm':
      return { rows: attention }
    case 'self_attn.q_proj':
    case 'self_attn.k_proj':
    case 'self_attn.v_proj':
      return { columns: attention }
    case normsAfter ? 'pre_feedforward_layernorm' : 'post_attention_layernorm':
      return { rows: feedForward }
    case 'mlp.gate_proj':
      return { columns: feedForward }
    case 'mlp.up_proj':
      return { columns: feedForward, rows: product }
    case 'mlp.down_proj':
      return { columns: product }
    default:
      return {}
  }
}

/** Divisors of the rows of a tensor and factors of its columns. */
export interface WeightBalances {
  rows?: Float32Array | undefined
  columns?: Float32Array | undefined
}

/**
 * Balances some rows of a tensor in place.
 *
 * @param width its columns
 * @param firstRow which of its rows come first in `weights`
 */
export function balanceWeights(
  weights: Float32Array,
  width: number,
  firstRow: number,
  { rows, columns }: WeightBalances,
): void {
  if (!rows && !columns) return
  for (let start = 0, row = firstRow; start < weights.length; start += width, row++) {
    const factor = rows ? 1 / rows[row]! : 1
    for (let column = 0; column < width; column++)
      weights[start + column]! *= columns ? factor * columns[column]! : factor
  }
}
