import type { GraphDescription } from '../../model/graph.ts'
import type { DeviceCopies } from './device-copies.ts'
import { widenHalves } from './half.ts'
import { type ElementType, type NativeTensor, type TensorMemory, viewBytes } from './native-tensors.ts'
import type { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import type { RowLogits } from './runtime.ts'

interface Output {
  name: string
  tensor: NativeTensor
  type: ElementType
  memory: TensorMemory
  /** Elements of one position. */
  width: number
}

/** Memory of a device where whole rows of logits stay until they are asked for. */
export interface LogitsMemory {
  memory: TensorMemory
  copies: DeviceCopies
}

/**
 * The logits of a step, in tensors that are allocated once. The best logits of each row go to the host, where the graph
 * gives them; whole rows then stay on the device and are fetched one by one.
 */
export class StepOutputs {
  readonly #library: OnnxRuntimeLibrary
  readonly #graph: GraphDescription
  readonly #logits: Output
  readonly #best: { values: Output; ids: Output; sum: Output } | null
  readonly #copies: DeviceCopies | null
  /** The memory of the logits on the host, of one row where rows are fetched; looked at once, since views are garbage. */
  readonly #hostRow: NativeTensor | null
  readonly #bytes: ArrayBuffer
  readonly #bestBytes: { values: ArrayBuffer; ids: ArrayBuffer; sum: ArrayBuffer } | null
  readonly #widened: Float32Array

  /**
   * @param host the host's memory
   * @param device where rows stay; null when they go to the host
   * @param positions rows times positions of the largest step
   */
  constructor(
    library: OnnxRuntimeLibrary,
    host: TensorMemory,
    device: LogitsMemory | null,
    graph: GraphDescription,
    positions: number,
  ) {
    this.#library = library
    this.#graph = graph
    const { vocabularySize, logitsType, bestLogits } = graph
    const output = (name: string, type: ElementType, width: number, memory = host): Output => ({
      name,
      type,
      width,
      memory,
      tensor: memory.allocate(type, [positions, width]),
    })
    const stays = bestLogits === null ? null : device
    this.#logits = output(graph.logits, logitsType, vocabularySize, stays?.memory)
    this.#best = bestLogits && {
      values: output(bestLogits.values, 'float32', bestLogits.count),
      ids: output(bestLogits.ids, 'int32', bestLogits.count),
      sum: output(bestLogits.sum, 'float32', 1),
    }
    this.#copies = stays?.copies ?? null
    this.#hostRow = stays && host.allocate(logitsType, [vocabularySize])
    this.#bytes = viewBytes(this.#hostRow ?? this.#logits.tensor)
    this.#bestBytes = this.#best && {
      values: viewBytes(this.#best.values.tensor),
      ids: viewBytes(this.#best.ids.tensor),
      sum: viewBytes(this.#best.sum.tensor),
    }
    this.#widened = new Float32Array(logitsType === 'float16' ? vocabularySize : 0)
  }

  /**
   * Binds the outputs of a step of so many rows and positions.
   *
   * @returns values to release when the binding has others or ends
   */
  bind(binding: bigint, rows: number, positions: number): bigint[] {
    return this.#outputs().map(({ name, memory, tensor, type, width }) => {
      const value = memory.slice(tensor, type, [rows, positions, width])
      this.#library.call('bindOutput', binding, name, value)
      return value
    })
  }

  /** The last position of every row. */
  read(rows: number, positions: number): RowLogits[] {
    return Array.from({ length: rows }, (_, row) => {
      const position = (row + 1) * positions - 1
      return { best: this.#readBest(position), all: () => this.#readAll(position) }
    })
  }

  close(): void {
    for (const { tensor } of this.#outputs()) this.#library.release('releaseValue', tensor.value)
    if (this.#hostRow) this.#library.release('releaseValue', this.#hostRow.value)
  }

  #outputs(): Output[] {
    return [this.#logits, ...(this.#best ? Object.values(this.#best) : [])]
  }

  #readBest(position: number): RowLogits['best'] {
    if (!this.#best || !this.#bestBytes) return null
    const { width } = this.#best.values
    return {
      values: new Float32Array(this.#bestBytes.values, position * width * 4, width),
      ids: new Int32Array(this.#bestBytes.ids, position * width * 4, width),
      sum: new Float32Array(this.#bestBytes.sum, position * 4, 1)[0]!,
    }
  }

  #readAll(position: number): Float32Array {
    const { vocabularySize: width, logitsType } = this.#graph
    const bytes = width * (logitsType === 'float16' ? 2 : 4)
    let start = position * bytes
    if (this.#copies && this.#hostRow) {
      this.#copies.toHost(this.#hostRow.address, this.#logits.tensor.address + BigInt(start), bytes)
      start = 0
    }
    if (logitsType === 'float16')
      return widenHalves(new Uint16Array(this.#bytes, start, width), this.#widened)
    return new Float32Array(this.#bytes, start, width)
  }
}
