import { env, InferenceSession, Tensor } from 'onnxruntime-node'
import { describeGraph, type GraphDescription, type TensorMetadata } from '../../model/graph.ts'
import { toCause } from '../../model/model-error.ts'
import { CacheReader } from './cache-reader.ts'
import { widenHalves } from './half.ts'
import { HostCache, idleAtFirst, idleRows } from './host-cache.ts'
import { type RowLogits, type Runtime, RuntimeError, type RuntimeOptions } from './runtime.ts'

type CacheData = Float32Array | Uint16Array

/**
 * Runs a graph through onnxruntime-node's own binding, on the CPU: the fallback where the C API cannot be reached.
 * A run holds up the process and copies the cache once more than needed; the results are the same.
 */
export class BindingRuntime implements Runtime {
  readonly kind = 'binding'
  readonly provider = 'cpu'
  readonly copiesRows = true
  readonly rows: number
  readonly rowTokens: number
  readonly vocabularySize: number
  readonly layers: number
  readonly cacheType: Runtime['cacheType']
  readonly #session: InferenceSession
  readonly #graph: GraphDescription
  /** Keys and values of each layer in turn, [rows, kvHeads, rowTokens, headSize]. */
  readonly #cache: CacheData[]
  /** The same memory. */
  readonly #hostCache: HostCache
  readonly #reader: CacheReader
  readonly #logits: Float32Array

  /** @throws RuntimeError or ModelError when the graph cannot be used */
  static async open(options: RuntimeOptions): Promise<BindingRuntime> {
    if (options.provider !== 'cpu')
      throw new RuntimeError(`the binding runs on the CPU only, not on ${options.provider}`)
    env.logLevel = 'fatal' // the error that is thrown says the same in one line
    const session = await InferenceSession.create(options.graphFile, {
      executionProviders: ['cpu'],
      intraOpNumThreads: options.threads,
      logSeverityLevel: 3,
    }).catch((error: Error) => {
      throw new RuntimeError(toCause(error.message))
    })
    return new BindingRuntime(session, options)
  }

  private constructor(session: InferenceSession, { rows, rowTokens, sizes }: RuntimeOptions) {
    this.#session = session
    this.#graph = describeGraph(
      session.inputMetadata as readonly TensorMetadata[],
      session.outputMetadata as readonly TensorMetadata[],
      [],
      sizes,
    )
    this.rows = rows
    this.rowTokens = rowTokens
    const { vocabularySize, kvHeads, headSize, cacheType, cache } = this.#graph
    if (cacheType === 'bfloat16') throw new RuntimeError('the binding has no bfloat16 tensors')
    this.vocabularySize = vocabularySize
    this.cacheType = cacheType
    this.layers = cache.length
    const elements = rows * kvHeads * rowTokens * headSize
    const emptyCache = () =>
      cacheType === 'float16' ? new Uint16Array(elements) : new Float32Array(elements)
    this.#cache = cache.flatMap(() => [emptyCache(), emptyCache()])
    const bytes = this.#cache.map(({ buffer }) => new Uint8Array(buffer))
    const cacheSizes = { heads: kvHeads, rowTokens, tokenBytes: headSize * (cacheType === 'float16' ? 2 : 4) }
    this.#hostCache = new HostCache(bytes, cacheSizes)
    this.#reader = new CacheReader(
      (tensor, offset, count) => bytes[tensor]!.subarray(offset, offset + count),
      cacheSizes,
      cacheType,
    )
    this.#logits = new Float32Array(rows * vocabularySize)
  }

  async prefill(row: number, start: number, tokens: readonly number[]): Promise<void> {
    await this.#run(row, 1, tokens, [start + tokens.length])
  }

  async decode(
    firstRow: number,
    tokens: readonly (number | null)[],
    lengths: readonly number[],
  ): Promise<RowLogits[]> {
    const { logits } = this.#graph
    const rows = tokens.length
    const given = tokens.map((token) => token ?? 0)
    const results = await this.#hostCache.withIdleRows(idleRows(firstRow, tokens), () =>
      this.#run(firstRow, rows, given, idleAtFirst(tokens, lengths)),
    )
    const floats = this.#lastLogits(results[logits]!, rows)
    const width = this.vocabularySize
    return tokens.map((_, row) => ({
      best: null,
      all: () => floats.subarray(row * width, (row + 1) * width),
    }))
  }

  copyRow(from: number, to: number, tokens: number): void {
    this.#hostCache.copyRow(from, to, tokens)
  }

  copyLayer(layer: number, from: number, to: number, tokens: number): void {
    this.#hostCache.copyLayer(layer, from, to, tokens)
  }

  readCache(layer: number, part: 'key' | 'value', row: number, tokens: number): Float32Array {
    return this.#reader.read(2 * layer + (part === 'key' ? 0 : 1), row, tokens)
  }

  close(): void {
    void this.#session.release()
  }

  async #run(
    firstRow: number,
    rows: number,
    tokens: readonly number[],
    lengths: readonly number[],
  ): Promise<Record<string, Tensor>> {
    const graph = this.#graph
    const newTokens = tokens.length / rows
    const total = Math.max(...lengths)
    if (total > this.rowTokens)
      throw new RuntimeError(`${total} tokens do not fit a row of ${this.rowTokens}`)
    const integers = (width: number, value: (row: number, column: number) => number) => {
      const data = new BigInt64Array(rows * width)
      for (let i = 0; i < data.length; i++) data[i] = BigInt(value(Math.floor(i / width), i % width))
      return new Tensor('int64', data, [rows, width])
    }
    const feeds: Record<string, Tensor> = {
      [graph.inputIds]: integers(newTokens, (row, column) => tokens[row * newTokens + column]!),
      [graph.attentionMask]: integers(total, (row, column) => (column < lengths[row]! ? 1 : 0)),
    }
    if (graph.positionIds)
      feeds[graph.positionIds] = integers(newTokens, (row, column) => lengths[row]! - newTokens + column)
    const fetches: Record<string, Tensor | null> = { [graph.logits]: null }
    graph.cache.forEach((layer, index) => {
      const key = this.#sliceRows(this.#cache[2 * index]!, firstRow, rows)
      const value = this.#sliceRows(this.#cache[2 * index + 1]!, firstRow, rows)
      feeds[layer.pastKey] = fetches[layer.presentKey] = key
      feeds[layer.pastValue] = fetches[layer.presentValue] = value
    })
    return this.#session.run(feeds, fetches).catch((error: Error) => {
      throw new RuntimeError(toCause(error.message))
    })
  }

  #sliceRows(data: CacheData, firstRow: number, rows: number): Tensor {
    const { kvHeads, headSize, cacheType } = this.#graph
    const row = kvHeads * this.rowTokens * headSize
    const part = data.subarray(firstRow * row, (firstRow + rows) * row)
    return new Tensor(cacheType as 'float32', part as Float32Array, [rows, kvHeads, this.rowTokens, headSize])
  }

  /** The last position of every row, as floats. */
  #lastLogits(logits: Tensor, rows: number): Float32Array {
    const width = this.vocabularySize
    const positions = logits.dims[1]!
    for (let row = 0; row < rows; row++) {
      const first = ((row + 1) * positions - 1) * width
      const target = this.#logits.subarray(row * width, (row + 1) * width)
      if (this.#graph.logitsType === 'float16') {
        const { buffer, byteOffset } = logits.data as Float32Array
        widenHalves(new Uint16Array(buffer, byteOffset + first * 2, width), target)
      } else target.set((logits.data as Float32Array).subarray(first, first + width))
    }
    return this.#logits.subarray(0, rows * width)
  }
}
