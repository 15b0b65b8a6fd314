import { describeGraph, type GraphDescription } from '../../model/graph.ts'
import { CacheReader } from './cache-reader.ts'
import { preloadCuda } from './cuda-libraries.ts'
import { type DeviceCopies, openDeviceCopies } from './device-copies.ts'
import { HostCache, idleAtFirst, idleRows } from './host-cache.ts'
import { useLargePages } from './large-pages.ts'
import { type NativeTensor, readMetadata, TensorMemory, typeBytes, viewBytes } from './native-tensors.ts'
import { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import { RowBindings } from './row-bindings.ts'
import { type CacheSizes, DeviceRowCopies, type RowCopies } from './row-copies.ts'
import { type Provider, type RowLogits, type Runtime, RuntimeError, type RuntimeOptions } from './runtime.ts'
import { openSession } from './session.ts'
import { StepInputs } from './step-inputs.ts'
import { StepOutputs } from './step-outputs.ts'

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
  readonly layers: number
  readonly cacheType: Runtime['cacheType']
  readonly copiesRows: boolean

  readonly #library: OnnxRuntimeLibrary
  readonly #session: bigint
  readonly #graph: GraphDescription
  /** The cache, bound to the session. */
  readonly #bindings: RowBindings
  readonly #runOptions: bigint
  readonly #cache: readonly NativeTensor[]
  /** The same memory; null when it is a device's. */
  readonly #hostCache: HostCache | null
  /** Null where rows cannot be copied. */
  readonly #rowCopies: RowCopies | null
  /** Null where the cache cannot be read. */
  readonly #reader: CacheReader | null
  #strip: NativeTensor | null = null
  readonly #inputs: StepInputs
  readonly #outputs: StepOutputs

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
    const { vocabularySize, kvHeads, headSize, cacheType } = graph
    this.vocabularySize = vocabularySize
    this.cacheType = cacheType
    this.layers = graph.cache.length
    this.#runOptions = library.make('createRunOptions')
    const host = new TensorMemory(library, session, 'Cpu')
    const memory = onCpu ? host : new TensorMemory(library, session, memoryNames[options.provider])
    const { rows, rowTokens } = options
    this.#cache = graph.cache.flatMap(() =>
      ['key', 'value'].map(() => memory.allocate(cacheType, [rows, kvHeads, rowTokens, headSize])),
    )
    const sizes = { heads: kvHeads, rowTokens, tokenBytes: headSize * typeBytes[cacheType] }
    this.#hostCache = onCpu
      ? new HostCache(
          this.#cache.map((tensor) => new Uint8Array(viewBytes(tensor))),
          sizes,
        )
      : null
    const copies = provider === 'cuda' && cudaFolder !== undefined ? openDeviceCopies(cudaFolder) : null
    this.#rowCopies = this.#hostCache ?? toRowCopies(this.#cache, sizes, copies)
    this.copiesRows = this.#rowCopies !== null
    const fetch = onCpu ? fetchFromHost(this.#cache) : copies && this.#fetchFromDevice(copies, host, sizes)
    this.#reader = fetch && new CacheReader(fetch, sizes, cacheType)
    this.#session = session
    this.#graph = graph
    const cache = { memory, tensors: this.#cache, rows, rowTokens }
    this.#inputs = new StepInputs(library, host, graph, options)
    const positions = graph.logitsStart ? rows : Math.max(rows, options.chunkTokens)
    this.#outputs = new StepOutputs(library, host, copies && { memory, copies }, graph, positions)
    this.#bindings = new RowBindings(library, session, graph, cache)
  }

  async prefill(row: number, start: number, tokens: readonly number[]): Promise<void> {
    await this.#run(row, 1, tokens, [start + tokens.length])
  }

  decode(
    firstRow: number,
    tokens: readonly (number | null)[],
    lengths: readonly number[],
  ): Promise<RowLogits[]> {
    const given = tokens.map((token) => token ?? 0)
    // elsewhere an idle row computes a token behind what it holds, where nothing reads it
    if (!this.#hostCache) return this.#run(firstRow, tokens.length, given, lengths)
    return this.#hostCache.withIdleRows(idleRows(firstRow, tokens), () =>
      this.#run(firstRow, tokens.length, given, idleAtFirst(tokens, lengths)),
    )
  }

  copyRow(from: number, to: number, tokens: number): void {
    this.#requireRowCopies().copyRow(from, to, tokens)
  }

  copyLayer(layer: number, from: number, to: number, tokens: number): void {
    this.#requireRowCopies().copyLayer(layer, from, to, tokens)
  }

  readCache(layer: number, part: 'key' | 'value', row: number, tokens: number): Float32Array | null {
    return this.#reader?.read(2 * layer + (part === 'key' ? 0 : 1), row, tokens) ?? null
  }

  close(): void {
    this.#bindings.close()
    this.#inputs.close()
    this.#outputs.close()
    for (const { value } of [...this.#cache, ...(this.#strip ? [this.#strip] : [])])
      this.#library.release('releaseValue', value)
    this.#library.release('releaseSession', this.#session)
  }

  #requireRowCopies(): RowCopies {
    if (!this.#rowCopies) throw new RuntimeError(`rows are not copied on ${this.provider}`)
    return this.#rowCopies
  }

  /** Fetches strips of the cache into memory of the host that is allocated when the first is asked for. */
  #fetchFromDevice(copies: DeviceCopies, host: TensorMemory, { rowTokens, tokenBytes }: CacheSizes): Fetch {
    return (tensor, offset, bytes) => {
      this.#strip ??= host.allocate('int32', [Math.ceil((rowTokens * tokenBytes) / 4)])
      copies.toHost(this.#strip.address, this.#cache[tensor]!.address + BigInt(offset), bytes)
      return new Uint8Array(viewBytes(this.#strip), 0, bytes)
    }
  }

  /** One run over `rows` rows; all rows get the same number of new tokens. */
  async #run(
    firstRow: number,
    rows: number,
    tokens: readonly number[],
    lengths: readonly number[],
  ): Promise<RowLogits[]> {
    const newTokens = tokens.length / rows
    const positions = this.#graph.logitsStart ? 1 : newTokens
    const width = this.#inputs.fill(tokens, lengths, newTokens)
    const binding = this.#bindings.get(firstRow, rows, newTokens, (made) => [
      ...this.#inputs.bindFixed(made, rows, newTokens),
      ...this.#outputs.bind(made, rows, positions),
    ])
    const mask = this.#inputs.bindMask(binding, rows, width)
    try {
      await this.#library.callAsync('runWithBinding', this.#session, this.#runOptions, binding)
    } finally {
      this.#library.release('releaseValue', mask)
    }
    return this.#outputs.read(rows, positions)
  }
}

type Fetch = ConstructorParameters<typeof CacheReader>[0]

function fetchFromHost(cache: readonly NativeTensor[]): Fetch {
  const views = cache.map((tensor) => new Uint8Array(viewBytes(tensor)))
  return (tensor, offset, bytes) => views[tensor]!.subarray(offset, offset + bytes)
}

function toRowCopies(
  cache: readonly NativeTensor[],
  sizes: CacheSizes,
  copies: DeviceCopies | null,
): RowCopies | null {
  const addresses = cache.map(({ address }) => address)
  return copies && new DeviceRowCopies(addresses, sizes, copies)
}
