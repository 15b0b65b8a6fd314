import { describeGraph, type GraphDescription } from '../../model/graph.ts'
import { preloadCuda } from './cuda-libraries.ts'
import { widenHalves } from './half.ts'
import { HostCache, idleAtFirst, idleRows } from './host-cache.ts'
import { useLargePages } from './large-pages.ts'
import { type NativeTensor, readMetadata, TensorMemory, viewBytes } from './native-tensors.ts'
import { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import { RowBindings } from './row-bindings.ts'
import { type Provider, type Runtime, RuntimeError, type RuntimeOptions } from './runtime.ts'
import { openSession } from './session.ts'

/** ONNX Runtime's names of the memory where each provider keeps the cache. */
const memoryNames: Record<Provider, string> = { cpu: 'Cpu', cuda: 'Cuda', webgpu: 'WebGPU_Buf' }

/**
 * Runs a graph through ONNX Runtime's C API. The KV cache is allocated once on the device and bound both as past
 * and as present, so that a step writes its keys and values in place and nothing is copied; a run happens on
 * another thread.
 */
export class IoBindingRuntime implements Runtime {
  readonly kind = 'io-binding'
  readonly provider: Provider
  readonly rows: number
  readonly rowTokens: number
  readonly vocabularySize: number
  readonly copiesRows: boolean

  readonly #library: OnnxRuntimeLibrary
  readonly #session: bigint
  readonly #graph: GraphDescription
  /** The cache, bound to the session. */
  readonly #bindings: RowBindings
  readonly #runOptions: bigint
  readonly #host: TensorMemory
  readonly #cache: readonly NativeTensor[]
  /** The same memory; null when it is a device's. */
  readonly #hostCache: HostCache | null
  readonly #ids: HostTensor<BigInt64Array>
  readonly #mask: HostTensor<BigInt64Array>
  readonly #positions: HostTensor<BigInt64Array>
  readonly #logits: NativeTensor
  /** The memory of the logits, looked at once: a view for each step would be garbage for each step. */
  readonly #logitsBytes: ArrayBuffer
  readonly #logitsStart: NativeTensor
  readonly #widened: Float32Array

  /** @throws RuntimeError or ModelError when the library, the device or the graph cannot be used */
  constructor(options: RuntimeOptions) {
    const { provider, cudaFolder } = options
    const library = new OnnxRuntimeLibrary(
      provider === 'cuda' && cudaFolder !== undefined ? preloadCuda(cudaFolder) : undefined,
    )
    this.#library = library
    this.provider = options.provider
    this.rows = options.rows
    this.rowTokens = options.rowTokens
    this.copiesRows = options.provider === 'cpu'
    if (options.provider === 'webgpu' && options.rows > 1)
      throw new RuntimeError('WebGPU memory cannot be bound by rows: one row at a time is supported')

    const onCpu = options.provider === 'cpu'
    const session = openSession(library, options.graphFile, options)
    if (onCpu) useLargePages()
    const { inputs, outputs, overridable } = readMetadata(library, session)
    const graph = describeGraph(
      inputs.filter((input) => !overridable.includes(input.name)),
      outputs,
      overridable,
      options.sizes,
    )
    const { vocabularySize, kvHeads, headSize, cacheType, logitsType } = graph
    this.vocabularySize = vocabularySize
    this.#runOptions = library.make('createRunOptions')
    this.#host = new TensorMemory(library, session, 'Cpu')
    const memory = onCpu ? this.#host : new TensorMemory(library, session, memoryNames[options.provider])
    const { rows, rowTokens } = options
    this.#cache = graph.cache.flatMap(() =>
      ['key', 'value'].map(() => memory.allocate(cacheType, [rows, kvHeads, rowTokens, headSize])),
    )
    this.#hostCache = onCpu
      ? new HostCache(
          this.#cache.map((tensor) => new Uint8Array(viewBytes(tensor))),
          { heads: kvHeads, rowTokens, tokenBytes: headSize * (cacheType === 'float16' ? 2 : 4) },
        )
      : null
    const cache = { memory, tensors: this.#cache, rows, rowTokens }
    this.#session = session
    this.#graph = graph
    this.#bindings = new RowBindings(library, session, graph, cache)

    const stepTokens = Math.max(options.rows, options.chunkTokens)
    const integers = (length: number) => {
      const tensor = this.#host.allocate('int64', [length])
      return { tensor, data: new BigInt64Array(viewBytes(tensor)) }
    }
    this.#ids = integers(stepTokens)
    this.#positions = integers(stepTokens)
    this.#mask = integers(options.rows * options.rowTokens)
    this.#logitsStart = this.#host.allocate('int64', [1])
    new BigInt64Array(viewBytes(this.#logitsStart)).fill(-1n)
    const logitRows = graph.logitsStart ? options.rows : stepTokens
    this.#logits = this.#host.allocate(logitsType, [logitRows, vocabularySize])
    this.#logitsBytes = viewBytes(this.#logits)
    this.#widened = new Float32Array(logitsType === 'float16' ? options.rows * vocabularySize : 0)
  }

  async prefill(row: number, start: number, tokens: readonly number[]): Promise<void> {
    await this.#run(row, 1, tokens, [start + tokens.length])
  }

  decode(
    firstRow: number,
    tokens: readonly (number | null)[],
    lengths: readonly number[],
  ): Promise<Float32Array> {
    const given = tokens.map((token) => token ?? 0)
    // elsewhere an idle row computes a token behind what it holds, where nothing reads it
    if (!this.#hostCache) return this.#run(firstRow, tokens.length, given, lengths)
    return this.#hostCache.withIdleRows(idleRows(firstRow, tokens), () =>
      this.#run(firstRow, tokens.length, given, idleAtFirst(tokens, lengths)),
    )
  }

  copyRow(from: number, to: number, tokens: number): void {
    if (!this.#hostCache) throw new RuntimeError(`rows are not copied on ${this.provider}`)
    this.#hostCache.copyRow(from, to, tokens)
  }

  close(): void {
    this.#bindings.close()
    const host = [
      this.#ids.tensor,
      this.#positions.tensor,
      this.#mask.tensor,
      this.#logits,
      this.#logitsStart,
    ]
    for (const { value } of [...host, ...this.#cache]) this.#library.release('releaseValue', value)
    this.#library.release('releaseSession', this.#session)
  }

  /**
   * One run over `rows` rows; all rows get the same number of new tokens.
   *
   * @returns logits of the last position of every row
   */
  async #run(
    firstRow: number,
    rows: number,
    tokens: readonly number[],
    lengths: readonly number[],
  ): Promise<Float32Array> {
    const { inputIds, attentionMask, positionIds, logits, logitsType, logitsStart } = this.#graph
    const newTokens = tokens.length / rows
    const positions = logitsStart ? 1 : newTokens
    const total = this.#fill(tokens, lengths, newTokens)
    const binding = this.#bindings.get(firstRow, rows)
    const values: bigint[] = []
    const bind = (name: string, tensor: NativeTensor, shape: readonly number[]) => {
      const value = this.#host.slice(tensor, 'int64', shape)
      values.push(value)
      this.#library.call('bindInput', binding, name, value)
    }
    try {
      bind(inputIds, this.#ids.tensor, [rows, newTokens])
      bind(attentionMask, this.#mask.tensor, [rows, total])
      if (positionIds) bind(positionIds, this.#positions.tensor, [rows, newTokens])
      if (logitsStart) this.#library.call('bindInput', binding, logitsStart, this.#logitsStart.value)
      const output = this.#host.slice(this.#logits, logitsType, [rows, positions, this.vocabularySize])
      values.push(output)
      this.#library.call('bindOutput', binding, logits, output)
      await this.#library.callAsync('runWithBinding', this.#session, this.#runOptions, binding)
    } finally {
      for (const value of values) this.#library.release('releaseValue', value)
    }
    return this.#lastLogits(rows, positions)
  }

  /** Fills ids, mask and positions; returns the length of the longest row. */
  #fill(tokens: readonly number[], lengths: readonly number[], newTokens: number): number {
    const total = Math.max(...lengths)
    if (total > this.rowTokens)
      throw new RuntimeError(`${total} tokens do not fit a row of ${this.rowTokens}`)
    for (let i = 0; i < tokens.length; i++) this.#ids.data[i] = BigInt(tokens[i]!)
    lengths.forEach((length, row) => {
      this.#mask.data.fill(1n, row * total, row * total + length)
      this.#mask.data.fill(0n, row * total + length, (row + 1) * total)
      for (let i = 0; i < newTokens; i++)
        this.#positions.data[row * newTokens + i] = BigInt(length - newTokens + i)
    })
    return total
  }

  /** The last position of every row, as floats. */
  #lastLogits(rows: number, positions: number): Float32Array {
    const buffer = this.#logitsBytes
    const width = this.vocabularySize
    const first = (positions - 1) * width
    const length = (rows - 1) * positions * width + width
    if (this.#graph.logitsType === 'float16')
      return widenHalves(new Uint16Array(buffer, first * 2, length), this.#widened)
    return new Float32Array(buffer, first * 4, length)
  }
}

interface HostTensor<T> {
  tensor: NativeTensor
  data: T
}
