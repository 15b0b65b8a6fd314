import type { GraphDescription } from '../../model/graph.ts'
import { type NativeTensor, type TensorMemory, viewBytes } from './native-tensors.ts'
import type { OnnxRuntimeLibrary } from './onnxruntime-library.ts'
import { RuntimeError, type RuntimeOptions } from './runtime.ts'

interface HostTensor {
  tensor: NativeTensor
  data: BigInt64Array
}

/** The tokens of a step and their places, in tensors that are allocated once. */
export class StepInputs {
  readonly #library: OnnxRuntimeLibrary
  readonly #memory: TensorMemory
  readonly #graph: GraphDescription
  readonly #rowTokens: number
  readonly #ids: HostTensor
  readonly #mask: HostTensor
  readonly #positions: HostTensor
  /** Constant: of each row the logits of its last position are wanted. */
  readonly #logitsStart: HostTensor

  /** @param memory the host's */
  constructor(
    library: OnnxRuntimeLibrary,
    memory: TensorMemory,
    graph: GraphDescription,
    { rows, rowTokens, chunkTokens }: Pick<RuntimeOptions, 'rows' | 'rowTokens' | 'chunkTokens'>,
  ) {
    this.#library = library
    this.#memory = memory
    this.#graph = graph
    this.#rowTokens = rowTokens
    const integers = (length: number): HostTensor => {
      const tensor = memory.allocate('int64', [length])
      return { tensor, data: new BigInt64Array(viewBytes(tensor)) }
    }
    const stepTokens = Math.max(rows, chunkTokens)
    this.#ids = integers(stepTokens)
    this.#positions = integers(stepTokens)
    this.#mask = integers(rows * rowTokens)
    this.#logitsStart = integers(1)
    this.#logitsStart.data.fill(-1n)
  }

  /**
   * Binds the inputs that a step of so many rows and tokens always has.
   *
   * @returns values to release when the binding has others or ends
   */
  bindFixed(binding: bigint, rows: number, newTokens: number): bigint[] {
    const { inputIds, positionIds, logitsStart } = this.#graph
    const values = [this.#bind(binding, inputIds, this.#ids, [rows, newTokens])]
    if (positionIds) values.push(this.#bind(binding, positionIds, this.#positions, [rows, newTokens]))
    if (logitsStart) values.push(this.#bind(binding, logitsStart, this.#logitsStart, [1]))
    return values
  }

  /** Binds the mask, whose width grows from step to step; the value is released behind the step. */
  bindMask(binding: bigint, rows: number, width: number): bigint {
    return this.#bind(binding, this.#graph.attentionMask, this.#mask, [rows, width])
  }

  /**
   * Fills ids, mask and positions.
   *
   * @returns the length of the longest row, which is the width of the mask
   */
  fill(tokens: readonly number[], lengths: readonly number[], newTokens: number): number {
    const width = Math.max(...lengths)
    if (width > this.#rowTokens)
      throw new RuntimeError(`${width} tokens do not fit a row of ${this.#rowTokens}`)
    for (let i = 0; i < tokens.length; i++) this.#ids.data[i] = BigInt(tokens[i]!)
    lengths.forEach((length, row) => {
      this.#mask.data.fill(1n, row * width, row * width + length)
      this.#mask.data.fill(0n, row * width + length, (row + 1) * width)
      for (let i = 0; i < newTokens; i++)
        this.#positions.data[row * newTokens + i] = BigInt(length - newTokens + i)
    })
    return width
  }

  close(): void {
    for (const { tensor } of [this.#ids, this.#mask, this.#positions, this.#logitsStart])
      this.#library.release('releaseValue', tensor.value)
  }

  #bind(binding: bigint, name: string, { tensor }: HostTensor, shape: readonly number[]): bigint {
    const value = this.#memory.slice(tensor, 'int64', shape)
    this.#library.call('bindInput', binding, name, value)
    return value
  }
}
