import { encodeFloats } from '../checkpoint/floats.ts'
import type { ObservedInputs } from '../weights/column-groups.ts'
import type { Weights } from '../weights/weight-plan.ts'
import {
  type Attribute,
  type ElementType,
  graphProto,
  modelProto,
  nodeProto,
  tensorProto,
  valueInfoProto,
} from './onnx.ts'

/** Operators that ONNX Runtime contributes, all in the domain com.microsoft. */
const contributed = new Set([
  'GatherBlockQuantized',
  'GroupQueryAttention',
  'MatMulIntegerToFloat',
  'MatMulNBits',
  'RotaryEmbedding',
  'SkipSimplifiedLayerNormalization',
])

/** A node that is not in the graph yet. */
export interface Operation {
  operator: string
  inputs: readonly string[]
  attributes: Record<string, Attribute>
}

/** Grows a graph node by node. Methods that add a node return the name of its output. */
export class GraphWriter {
  readonly weights: Weights
  readonly #rows: string
  readonly #nodes: Uint8Array[] = []
  readonly #inputs: Uint8Array[] = []
  readonly #outputs: Uint8Array[] = []
  readonly #values: Uint8Array[] = []
  readonly #constants = new Map<string, Uint8Array>()
  readonly #rowShapes = new Map<number, string>()
  readonly #made = new Map<string, unknown>()
  #hasRowShape = false
  /** The inputs of the matrices that were multiplied with: see `Observed`. */
  readonly observed = new Map<string, ObservedInputs>()
  /** Maximum size of the groups of columns of these inputs; null where the graph does not output them. */
  readonly maxGroupSize: number | null

  /** @param rows the input whose shape is [batch, new] */
  constructor(weights: Weights, rows: string, maxGroupSize: number | null = null) {
    this.maxGroupSize = maxGroupSize
    this.weights = weights
    this.#rows = rows
  }

  input(name: string, type: ElementType, shape: readonly (number | string)[]) {
    this.#inputs.push(valueInfoProto(name, type, shape))
  }

  output(name: string, type: ElementType, shape: readonly (number | string)[]) {
    this.#outputs.push(valueInfoProto(name, type, shape))
  }

  /** States the shape of a float32 value that ONNX Runtime does not find by itself. */
  value(name: string, shape: readonly (number | string)[]) {
    this.#values.push(valueInfoProto(name, 'float32', shape))
  }

  /** The result of `make` for a name, which is called the first time only: nodes that several places share. */
  once<T>(name: string, make: () => T): T {
    if (!this.#made.has(name)) this.#made.set(name, make())
    return this.#made.get(name) as T
  }

  /** A node with one output. */
  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes?: Record<string, Attribute>,
  ): string {
    this.nodes(operator, inputs, [output], attributes)
    return output
  }

  /** A node with any number of outputs. */
  nodes(
    operator: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: Record<string, Attribute> = {},
  ) {
    this.#nodes.push(nodeProto(operator, inputs, outputs, attributes, toDomain(operator)))
  }

  /**
   * One of two nodes, chosen at each run.
   *
   * @param condition bool [1]
   * @param outputs of either node, in float32
   */
  choose(
    condition: string,
    outputs: readonly { name: string; shape: readonly (number | string)[] }[],
    whenTrue: Operation,
    otherwise: Operation,
  ) {
    const branch = (suffix: string, { operator, inputs, attributes }: Operation) => {
      const names = outputs.map(({ name }) => `${name}.${suffix}`)
      return {
        graph: graphProto(suffix, {
          nodes: [nodeProto(operator, inputs, names, attributes, toDomain(operator))],
          initializers: [],
          inputs: [],
          outputs: outputs.map(({ shape }, index) => valueInfoProto(names[index]!, 'float32', shape)),
        }),
      }
    }
    this.nodes(
      'If',
      [condition],
      outputs.map(({ name }) => name),
      { then_branch: branch('true', whenTrue), else_branch: branch('false', otherwise) },
    )
  }

  /** int64 [2]: batch and new tokens. */
  rowShape(): string {
    if (!this.#hasRowShape) this.node('Shape', [this.#rows], 'batch_and_new')
    this.#hasRowShape = true
    return 'batch_and_new'
  }

  /** [batch * new, size] as [batch, new, size]. */
  byRow(input: string, size: number): string {
    let shape = this.#rowShapes.get(size)
    if (!shape) {
      shape = this.node('Concat', [this.rowShape(), this.integers(`size.${size}`, [size])], `rows.${size}`, {
        axis: 0,
      })
      this.#rowShapes.set(size, shape)
    }
    return this.node('Reshape', [input, shape], `${input}.rows`)
  }

  /** [batch, new, size] as [batch * new, size]. */
  flat(input: string, size: number): string {
    return this.node('Reshape', [input, this.integers(`flat.${size}`, [-1, size])], `${input}.flat`)
  }

  /** An int64 constant. */
  integers(name: string, values: readonly number[]): string {
    const data = BigInt64Array.from(values, BigInt)
    this.#constants.set(name, tensorProto(name, 'int64', [values.length], toBytes(data)))
    return name
  }

  /** An int64 constant without dimensions. */
  wholeNumber(name: string, value: number): string {
    this.#constants.set(name, tensorProto(name, 'int64', [], toBytes(BigInt64Array.of(BigInt(value)))))
    return name
  }

  /** An int64 initializer that a caller may feed in place of its default. */
  overridableIntegers(name: string, values: readonly number[]): string {
    this.input(name, 'int64', [values.length])
    return this.integers(name, values)
  }

  /** A constant in the number format of the activations. */
  scalar(name: string, value: number): string {
    const type = this.weights.formats.dense
    this.#constants.set(name, tensorProto(name, type, [], this.dense(Float32Array.of(value))))
    return name
  }

  /** A byte. */
  byte(name: string, value: number): string {
    this.#constants.set(name, tensorProto(name, 'uint8', [], Uint8Array.of(value)))
    return name
  }

  /** A float32 constant. */
  constantFloat(name: string, value: number): string {
    this.#constants.set(name, tensorProto(name, 'float32', [], toBytes(Float32Array.of(value))))
    return name
  }

  /** Numbers as the bytes of the dense format. */
  dense(values: Float32Array): Uint8Array {
    return encodeFloats(this.weights.formats.dense, values)
  }

  /** The finished model file. */
  finish(name: string, producer: string): Uint8Array {
    return modelProto(name, producer, {
      nodes: this.#nodes,
      initializers: [...this.weights.initializers, ...this.#constants.values()],
      inputs: [...this.#inputs, ...this.weights.inputs],
      outputs: this.#outputs,
      values: this.#values,
    })
  }
}

const toDomain = (operator: string) => (contributed.has(operator) ? 'com.microsoft' : '')

const toBytes = (array: Float32Array | BigInt64Array) =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
