import type { GraphDescription } from '../../model/graph.ts'
import type { NativeTensor, TensorMemory } from './native-tensors.ts'
import type { OnnxRuntimeLibrary } from './onnxruntime-library.ts'

/** The rows of a KV cache in a device's memory. */
export interface DeviceCache {
  memory: TensorMemory
  /** Keys and values of each layer in turn, [rows, kvHeads, rowTokens, headSize]. */
  tensors: readonly NativeTensor[]
  rows: number
  rowTokens: number
}

/** Binds ranges of rows of one cache to a session, both as past and as present; each range once. */
export class RowBindings {
  readonly #library: OnnxRuntimeLibrary
  readonly #session: bigint
  readonly #graph: GraphDescription
  readonly #cache: DeviceCache
  readonly #made = new Map<string, { binding: bigint; slices: bigint[] }>()

  constructor(library: OnnxRuntimeLibrary, session: bigint, graph: GraphDescription, cache: DeviceCache) {
    this.#library = library
    this.#session = session
    this.#graph = graph
    this.#cache = cache
  }

  /** An IoBinding whose cache is bound; the same one each time. */
  get(firstRow: number, rows: number): bigint {
    const key = `${firstRow}+${rows}`
    const known = this.#made.get(key)
    if (known) return known.binding
    const made = this.#bind(firstRow, rows)
    this.#made.set(key, made)
    return made.binding
  }

  close(): void {
    for (const { binding, slices } of this.#made.values()) {
      this.#library.release('releaseIoBinding', binding)
      for (const value of slices) this.#library.release('releaseValue', value)
    }
  }

  #bind(firstRow: number, rows: number): { binding: bigint; slices: bigint[] } {
    const { kvHeads, headSize, cacheType, cache: layers } = this.#graph
    const { memory, tensors, rows: allRows, rowTokens } = this.#cache
    const binding = this.#library.make('createIoBinding', this.#session)
    const slices: bigint[] = []
    const rowElements = kvHeads * rowTokens * headSize
    layers.forEach((layer, index) => {
      for (const [part, past, present] of [
        [0, layer.pastKey, layer.presentKey],
        [1, layer.pastValue, layer.presentValue],
      ] as const) {
        const tensor = tensors[2 * index + part]!
        let value = tensor.value
        if (rows !== allRows) {
          value = memory.slice(
            tensor,
            cacheType,
            [rows, kvHeads, rowTokens, headSize],
            firstRow * rowElements,
          )
          slices.push(value)
        }
        this.#library.call('bindInput', binding, past, value)
        this.#library.call('bindOutput', binding, present, value)
      }
    })
    return { binding, slices }
  }
}
