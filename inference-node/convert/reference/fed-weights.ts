import { Tensor } from 'onnxruntime-node'
import type { TensorReader } from '../checkpoint/tensor-reader.ts'
import { tensorProto, valueInfoProto } from '../graph/onnx.ts'
import type { Matrix, MatrixPart, WeightFormats } from '../weights/matrix-formats.ts'
import type { Weights } from '../weights/weight-plan.ts'

/** Weights as inputs of a graph: the same graph serves every layer. */
export class FedWeights implements Weights {
  readonly formats: WeightFormats = {
    dense: 'float32',
    norms: 'float32',
    attention: null,
    keysAndValues: null,
    gateAndUp: null,
    down: null,
    vocabulary: null,
    roundsActivations: false,
    padsRows: false,
  }
  readonly initializers: Uint8Array[] = []
  readonly inputs: Uint8Array[] = []
  readonly #fed: {
    name: string
    parts: readonly MatrixPart[]
    columns: number
    add: number
    shape: number[]
  }[] = []

  readonly #buffers = new Map<string, Float32Array>()

  matrix(name: string, parts: readonly MatrixPart[], columns: number): Matrix {
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    this.#feed(name, parts, columns, 0, [rows, columns])
    return { kind: 'dense', name, rows, columns }
  }

  vocabularyMatrix(): never {
    throw new Error('a single layer has no vocabulary')
  }

  flatIntegers(): never {
    throw new Error('nothing is quantized here')
  }

  vector(tensor: string, length: number, add: number): string {
    this.#feed(tensor, [{ tensor, rows: 1 }], length, add, [length])
    return tensor
  }

  joinedVector(name: string, parts: readonly MatrixPart[]): string {
    const length = parts.reduce((sum, part) => sum + part.rows, 0)
    this.#feed(name, parts, 1, 0, [length])
    return name
  }

  table(name: string, shape: readonly number[], bytes: Uint8Array): string {
    this.initializers.push(tensorProto(name, 'float32', shape, bytes))
    return name
  }

  /** Reads all weights, each from the tensor that `rename` makes of the name the graph was built with. */
  async read(reader: TensorReader, rename: (tensor: string) => string): Promise<Record<string, Tensor>> {
    const feeds: Record<string, Tensor> = {}
    for (const { name, parts, columns, add, shape } of this.#fed) {
      const numbers = this.#buffer(name, shape)
      let at = 0
      for (const part of parts) {
        const count = part.rows * columns
        const tensorShape = shape.length === 1 ? [count] : [part.rows, columns]
        await reader.whole(rename(part.tensor), tensorShape, numbers.subarray(at, at + count))
        at += count
      }
      if (add !== 0) for (let i = 0; i < numbers.length; i++) numbers[i]! += add
      feeds[name] = new Tensor('float32', numbers, shape)
    }
    return feeds
  }

  /** The same memory for every layer. */
  #buffer(name: string, shape: readonly number[]): Float32Array {
    const known = this.#buffers.get(name)
    if (known) return known
    const made = new Float32Array(shape.reduce((product, size) => product * size, 1))
    this.#buffers.set(name, made)
    return made
  }

  #feed(name: string, parts: readonly MatrixPart[], columns: number, add: number, shape: number[]) {
    this.inputs.push(valueInfoProto(name, 'float32', shape))
    this.#fed.push({ name, parts, columns, add, shape })
  }
}
