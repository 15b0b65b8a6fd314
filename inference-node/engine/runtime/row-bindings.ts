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

interface Bound {
  binding: bigint
  /** Parts of the cache. */
  slices: bigint[]
  /** Tokens of each row for which the step's own tensors are bound, and these; 0 before the first step. */
  newTokens: number
  values: bigint[]
}

/**
 * Binds ranges of rows of one cache to a session, both as past and as present; each range once. The tensors of a step
 * stay bound while steps have the same size, as all decode steps of a range do.
 */
export class RowBindings {
  readonly #library: OnnxRuntimeLibrary
  readonly #session: bigint
  readonly #graph: GraphDescription
  readonly #cache: DeviceCache
  readonly #made = new Map<string, Bound>()

  constructor(library: OnnxRuntimeLibrary, session: bigint, graph: GraphDescription, cache: DeviceCache) {
    this.#library = library
    this.#session = session
    this.#graph = graph
    this.#cache = cache
  }

  /**
   * An IoBinding with the cache and the tensors of a step; the same one each time.
   *
   * @param bindStep binds the tensors of a step of this size; returns values to release when they are bound no more
   */
  get(firstRow: number, rows: number, newTokens: number, bindStep: (binding: bigint) => bigint[]): bigint {
    // chunks of a prompt have a binding of their own, so that they do not unbind what decode steps have bound
    const key = `${firstRow}+${rows}${newTokens > 1 ? ' in chunks' : ''}`
    let bound = this.#made.get(key)
    if (!bound) {
      bound = { ...this.#bind(firstRow, rows), newTokens: 0, values: [] }
      this.#made.set(key, bound)
    }
    if (bound.newTokens !== newTokens) {
      const before = bound.values
      bound.values = bindStep(bound.binding)
      bound.newTokens = newTokens
      this.#release(before)
    }
    return bound.binding
  }

  close(): void {
    for (const { binding, slices, values } of this.#made.values()) {
      this.#library.release('releaseIoBinding', binding)
      this.#release([...slices, ...values])
    }
  }

  #release(values: readonly bigint[]): void {
    for (const value of values) this.#library.release('releaseValue', value)
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
