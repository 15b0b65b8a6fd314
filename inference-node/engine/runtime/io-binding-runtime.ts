import { describeGraph, type GraphDescription } from '../../model/graph.ts'
import { widenHalves } from './half.ts'
import { bytesOf, type NativeTensor, readMetadata, TensorMemory } from './native-tensors.ts'
import { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import { type Provider, type Runtime, RuntimeError, type RuntimeOptions } from './runtime.ts'
import { openSession } from './session.ts'

/** ONNX Runtime's names of the memory where each provider keeps the cache. */
const memoryNames: Record<Provider, string> = { cpu: 'Cpu', cuda: 'Cuda', webgpu: 'WebGPU_Buf' }

/** Inputs and outputs bound to a range of rows; made once for each range. */
interface RowBinding {
  binding: bigint
  values: bigint[]
}

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
  readonly #graph: GraphDescription
  readonly #session: bigint
  readonly #runOptions: bigint
  readonly #host: TensorMemory
  readonly #device: TensorMemory
  readonly #cache: NativeTensor[]
  readonly #bindings = new Map<string, RowBinding>()
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
    const library = new OnnxRuntimeLibrary()
    this.#library = library
    this.provider = options.provider
    this.rows = options.rows
    this.rowTokens = options.rowTokens
    this.copiesRows = options.provider === 'cpu'
    if (options.provider === 'webgpu' && options.rows > 1)
      throw new RuntimeError('WebGPU memory cannot be bound by rows: one row at a time is supported')

    this.#session = openSession(library, options)
    const { inputs, outputs, overridable } = readMetadata(library, this.#session)
    this.#graph = describeGraph(
      inputs.filter((input) => !overridable.includes(input.name)),
      outputs,
      overridable,
      options.sizes,
    )
    const { vocabularySize, kvHeads, headSize, cacheType, logitsType } = this.#graph
    this.vocabularySize = vocabularySize
    this.#runOptions = library.make('createRunOptions')
    this.#host = new TensorMemory(library, this.#session, 'Cpu')
    this.#device =
      options.provider === 'cpu'
        ? this.#host
        : new TensorMemory(library, this.#session, memoryNames[options.provider])
    this.#cache = this.#graph.cache.flatMap(() =>
      ['key', 'value'].map(() =>
        this.#device.allocate(cacheType, [options.rows, kvHeads, options.rowTokens, headSize]),
      ),
    )

    const stepTokens = Math.max(options.rows, options.chunkTokens)
    const integers = (length: number) => {
      const tensor = this.#host.allocate('int64', [length])
      return { tensor, data: new BigInt64Array(bytesOf(tensor)) }
    }
    this.#ids = integers(stepTokens)
    this.#positions = integers(stepTokens)
    this.#mask = integers(options.rows * options.rowTokens)
    this.#logitsStart = this.#host.allocate('int64', [1])
    new BigInt64Array(bytesOf(this.#logitsStart)).fill(-1n)
    const logitRows = this.#graph.logitsStart ? options.rows : stepTokens
    this.#logits = this.#host.allocate(logitsType, [logitRows, vocabularySize])
    this.#logitsBytes = bytesOf(this.#logits)
    this.#widened = new Float32Array(logitsType === 'float16' ? options.rows * vocabularySize : 0)
  }

  async prefill(row: number, start: number, tokens: readonly number[]): Promise<Float32Array> {
    return this.#run(row, 1, tokens, [start + tokens.length])
  }

  async decode(
    firstRow: number,
    tokens: readonly number[],
    lengths: readonly number[],
  ): Promise<Float32Array> {
    return this.#run(firstRow, tokens.length, tokens, lengths)
  }

  copyRow(from: number, to: number, tokens: number): void {
    const { kvHeads, headSize, cacheType } = this.#graph
    const elementBytes = cacheType === 'float16' ? 2 : 4
    const headBytes = this.rowTokens * headSize * elementBytes
    const copied = tokens * headSize * elementBytes
    for (const tensor of this.#cache) {
      const bytes = new Uint8Array(bytesOf(tensor))
      for (let head = 0; head < kvHeads; head++) {
        const source = (from * kvHeads + head) * headBytes
        bytes.copyWithin((to * kvHeads + head) * headBytes, source, source + copied)
      }
    }
  }

  close(): void {
    for (const { binding, values } of this.#bindings.values()) {
      this.#library.release('releaseIoBinding', binding)
      for (const value of values) this.#library.release('releaseValue', value)
    }
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

  /** One run over `rows` rows; all rows get the same number of new tokens. */
  async #run(
    firstRow: number,
    rows: number,
    tokens: readonly number[],
    lengths: readonly number[],
  ): Promise<Float32Array> {
    const newTokens = tokens.length / rows
    const total = this.#fill(tokens, lengths, newTokens)
    const { inputIds, attentionMask, positionIds, logits, logitsType, logitsStart } = this.#graph
    const logitPositions = logitsStart ? 1 : newTokens
    const { binding } = this.#bindRows(firstRow, rows)
    const values: bigint[] = []
    const bind = (how: 'bindInput' | 'bindOutput', name: string, value: bigint) => {
      values.push(value)
      this.#library.call(how, binding, name, value)
    }
    try {
      const host = this.#host
      bind('bindInput', inputIds, host.slice(this.#ids.tensor, 'int64', [rows, newTokens]))
      bind('bindInput', attentionMask, host.slice(this.#mask.tensor, 'int64', [rows, total]))
      if (positionIds)
        bind('bindInput', positionIds, host.slice(this.#positions.tensor, 'int64', [rows, newTokens]))
      const shape = [rows, logitPositions, this.vocabularySize]
      bind('bindOutput', logits, host.slice(this.#logits, logitsType, shape))
      await this.#library.callAsync('runWithBinding', this.#session, this.#runOptions, binding)
    } finally {
      for (const value of values) this.#library.release('releaseValue', value)
    }
    return this.#lastLogits(rows, logitPositions)
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

  #bindRows(firstRow: number, rows: number): RowBinding {
    const key = `${firstRow}+${rows}`
    const known = this.#bindings.get(key)
    if (known) return known
    const { kvHeads, headSize, cacheType, cache, logitsStart } = this.#graph
    const library = this.#library
    const made: RowBinding = { binding: library.make('createIoBinding', this.#session), values: [] }
    const rowElements = kvHeads * this.rowTokens * headSize
    cache.forEach((layer, index) => {
      for (const [part, past, present] of [
        [0, layer.pastKey, layer.presentKey],
        [1, layer.pastValue, layer.presentValue],
      ] as const) {
        const tensor = this.#cache[2 * index + part]!
        const shape = [rows, kvHeads, this.rowTokens, headSize]
        const value =
          rows === this.rows
            ? tensor.value
            : this.#device.slice(tensor, cacheType, shape, firstRow * rowElements)
        if (value !== tensor.value) made.values.push(value)
        library.call('bindInput', made.binding, past, value)
        library.call('bindOutput', made.binding, present, value)
      }
    })
    if (logitsStart) library.call('bindInput', made.binding, logitsStart, this.#logitsStart.value)
    this.#bindings.set(key, made)
    return made
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
