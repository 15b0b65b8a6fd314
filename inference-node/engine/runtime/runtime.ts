import type { BestLogits } from '../../model/best-logits.ts'
import type { DecoderSizes } from '../../model/graph.ts'

export type Provider = 'cpu' | 'webgpu' | 'cuda'

/** The logits of one row of a step; valid until the next call of the runtime. */
export interface RowLogits {
  /** Null where the graph does not give them. */
  best: BestLogits | null
  /** [vocabulary]. On a GPU each call fetches them, into memory that all rows share. */
  all: () => Float32Array
}

/**
 * A model that computes logits over rows of a KV cache. A row holds the keys and values of one sequence; what
 * lies in it beyond the length a call names is never read.
 *
 * All calls but `close` reject with a {@link RuntimeError} when the device or library fails. One call at a time.
 */
export interface Runtime {
  readonly provider: Provider
  /** `io-binding`: the cache stays on the device, written in place; `binding`: the portable fallback. */
  readonly kind: 'io-binding' | 'binding'
  readonly rows: number
  /** Tokens that fit into one row. */
  readonly rowTokens: number
  readonly vocabularySize: number
  readonly layers: number
  /** Number format of keys and values. */
  readonly cacheType: 'float32' | 'float16' | 'bfloat16'
  /** True if {@link copyRow} works here. */
  readonly copiesRows: boolean
  /**
   * Puts `tokens` behind the first `start` tokens of a row. What follows them is for `decode` to say, which takes the
   * last token of a prompt.
   */
  prefill(row: number, start: number, tokens: readonly number[]): Promise<void>
  /**
   * Puts one token into each of the rows `firstRow`, `firstRow + 1`, …
   *
   * @param tokens null for a row that is there only because the rows of a step are neighbours: it keeps what it holds
   * @param lengths tokens of each row, the new one included
   * @returns the logits of each row, of idle rows without meaning
   */
  decode(
    firstRow: number,
    tokens: readonly (number | null)[],
    lengths: readonly number[],
  ): Promise<RowLogits[]>
  /** Copies the keys and values of the first `tokens` tokens of one row into another. */
  copyRow(from: number, to: number, tokens: number): void
  /** The same in one layer alone. */
  copyLayer(layer: number, from: number, to: number, tokens: number): void
  /**
   * Keys or values of a row's first tokens in a layer, [heads, tokens, headSize]; null where the memory of the device
   * cannot be read.
   */
  readCache(layer: number, part: 'key' | 'value', row: number, tokens: number): Float32Array | null
  close(): void
}

export interface RuntimeOptions {
  graphFile: string
  /** Sizes that the graph's metadata may leave open. */
  sizes?: DecoderSizes
  provider: Provider
  rows: number
  rowTokens: number
  /** Most tokens of one `prefill` call. */
  chunkTokens: number
  /** Folder of the CUDA libraries; read for that provider only. */
  cudaFolder?: string
  /** Threads of one operator on the CPU. */
  threads: number
}

/** ONNX Runtime, its library or the device refused; the message is theirs, in one line. */
export class RuntimeError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message.replace(/\s+/g, ' ').trim(), options)
    this.name = 'RuntimeError'
  }
}
