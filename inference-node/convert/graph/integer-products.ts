import type { Matrix } from '../weights/weight-plan.ts'
import type { GraphWriter } from './graph-writer.ts'

/**
 * Products of inputs and matrices that are both rounded to integers, by row. They are added exactly, so that no
 * rounding depends on their order.
 */
export class IntegerProducts {
  readonly #graph: GraphWriter
  readonly #rounded = new Map<string, { integers: string; scales: string }>()

  constructor(graph: GraphWriter) {
    this.#graph = graph
  }

  /** input [n, columns] times the transposed matrix: [n, rows]. */
  multiply(input: string, matrix: Matrix & { kind: 'rows' }, output: string): string {
    const graph = this.#graph
    const { integers, scales } = this.#round(input)
    const unit = graph.constantFloat('unit', 1)
    const products = graph.node(
      'MatMulIntegerToFloat',
      [integers, matrix.integers, unit, matrix.scales, this.#middle()],
      `${output}.unscaled`,
    )
    return graph.node('Mul', [products, scales], output)
  }

  /** The rows of an input as bytes around 128, integer = 128 + value / scale, and their scales [n, 1]. */
  #round(input: string): { integers: string; scales: string } {
    const known = this.#rounded.get(input)
    if (known) return known
    const graph = this.#graph
    const columns = graph.integers('columns', [1])
    const sizes = graph.node('Abs', [input], `${input}.sizes`)
    const largest = graph.node('ReduceMax', [sizes, columns], `${input}.largest`, { keepdims: 0 })
    const extreme = graph.node('Max', [largest, graph.constantFloat('tiny', 1e-30)], `${input}.extreme`)
    const scale = graph.node('Mul', [extreme, graph.constantFloat('step', 1 / 127)], `${input}.scale`)
    const middles = graph.node(
      'Expand',
      [this.#middle(), graph.node('Shape', [scale], `${input}.count`)],
      `${input}.middles`,
    )
    const integers = graph.node('QuantizeLinear', [input, scale, middles], `${input}.integers`, { axis: 0 })
    const scales = graph.node('Unsqueeze', [scale, columns], `${input}.scales`)
    const rounded = { integers, scales }
    this.#rounded.set(input, rounded)
    return rounded
  }

  /** The byte that stands for zero. */
  #middle(): string {
    return this.#graph.byte('middle', 128)
  }
}
