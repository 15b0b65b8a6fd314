import { chooseGroupSize, countGroups, type ObservedInputs } from '../weights/column-groups.ts'
import type { BlockMatrix, Matrix, SingleMatrix } from '../weights/matrix-formats.ts'
import { cutRows, padRows, takesPairs } from './even-rows.ts'
import type { GraphWriter } from './graph-writer.ts'
import { elementType } from './onnx.ts'

/** Adds input [n, columns] times the transposed matrix: [n, rows]. */
export function multiply(graph: GraphWriter, input: string, matrix: Matrix, output: string): string {
  if (matrix.kind === 'dense') {
    if (graph.maxGroupSize !== null)
      graph.observed.set(matrix.name, innerProducts(graph, input, matrix.columns, graph.maxGroupSize))
    return graph.node('Gemm', [input, matrix.name], output, { transB: 1 })
  }
  if (matrix.kind === 'rows') return multiplyIntegers(graph, input, matrix, output)
  if (matrix.kind === 'stacked') {
    const products = matrix.matrices.map((part, index) => multiply(graph, input, part, `${output}.${index}`))
    return graph.node('Concat', products, output, { axis: -1 })
  }
  if (!takesPairs(graph, matrix)) return multiplyBlocks(graph, input, matrix, output)
  const padded = multiplyBlocks(graph, padRows(graph, input), matrix, `${output}.even`)
  return cutRows(graph, padded, input, output)
}

/** As {@link multiply}, with the rows as they are. */
export function multiplyBlocks(
  graph: GraphWriter,
  input: string,
  matrix: BlockMatrix,
  output: string,
): string {
  const inputs = [input, matrix.integers, getScales(graph, matrix)]
  if (matrix.zeroPoints !== null) inputs.push(matrix.zeroPoints)
  return graph.node('MatMulNBits', inputs, output, {
    K: matrix.columns,
    N: matrix.rows,
    bits: matrix.format.bits,
    block_size: matrix.format.blockSize,
    // 4: activations are rounded to int8, block by block; 0: they stay as they are.
    accuracy_level: graph.weights.formats.roundsActivations ? 4 : 0,
  })
}

/** Adds the matrix rows of the given indices: [n, columns]. */
export function lookUp(graph: GraphWriter, matrix: SingleMatrix, indices: string, output: string): string {
  if (matrix.kind === 'dense') return graph.node('Gather', [matrix.name, indices], output, { axis: 0 })
  if (matrix.kind === 'rows') throw new TypeError(`${matrix.parts[0]!.integers} is stored by column`)
  const inputs = [graph.weights.flatIntegers(matrix), indices, getScales(graph, matrix)]
  return graph.node('GatherBlockQuantized', inputs, output, {
    gather_axis: 0,
    quantize_axis: 1,
    block_size: matrix.format.blockSize,
    bits: matrix.format.bits,
  })
}

/**
 * The scales of a matrix in the number format of the activations, which operators ask for. ONNX Runtime widens them
 * once, when it loads the graph.
 */
function getScales(graph: GraphWriter, { scales, format }: BlockMatrix): string {
  const { dense } = graph.weights.formats
  if (format.scaleType === dense) return scales
  return graph.once(`${scales}.wide`, () =>
    graph.node('Cast', [scales], `${scales}.wide`, { to: elementType[dense] }),
  )
}

function innerProducts(
  graph: GraphWriter,
  input: string,
  columns: number,
  maxGroupSize: number,
): ObservedInputs {
  return graph.once(`${input}.products`, () => {
    const groupSize = chooseGroupSize(columns, maxGroupSize)
    const groups = countGroups(columns, groupSize)
    const padding = graph.integers(`padding.${columns}`, [0, 0, 0, groups * groupSize - columns])
    const padded = graph.node('Pad', [input, padding], `${input}.padded`)
    const shape = graph.integers(`groups.${columns}`, [-1, groups, groupSize])
    const grouped = graph.node('Reshape', [padded, shape], `${input}.grouped`)
    const byColumn = graph.node('Transpose', [grouped], `${input}.by_column`, { perm: [1, 2, 0] })
    const byToken = graph.node('Transpose', [grouped], `${input}.by_token`, { perm: [1, 0, 2] })
    const output = graph.node('MatMul', [byColumn, byToken], `${input}.products`)
    graph.output(output, 'float32', [groups, groupSize, groupSize])
    return { output, columns, groupSize }
  })
}

/**
 * The product of an input and a matrix that are both rounded to integers, by row or part of a row. The integers are added
 * exactly, so that no rounding depends on their order.
 */
function multiplyIntegers(
  graph: GraphWriter,
  input: string,
  matrix: Matrix & { kind: 'rows' },
  output: string,
): string {
  const { parts, columns } = matrix
  const unit = graph.constantFloat('unit', 1)
  const inputs = parts.length === 1 ? [input] : splitColumns(graph, input, columns, parts.length)
  const products = parts.map((part, index) => {
    const { integers, scales } = graph.once(`${inputs[index]}.integers`, () =>
      roundByRow(graph, inputs[index]!),
    )
    const name = parts.length === 1 ? output : `${output}.part${index}`
    const product = graph.node(
      'MatMulIntegerToFloat',
      [integers, part.integers, unit, part.scales, zeroByte(graph)],
      `${name}.unscaled`,
    )
    return graph.node('Mul', [product, scales], name)
  })
  return products.length === 1 ? output : graph.node('Sum', products, output)
}

/** Parts of equal size of the columns of an input [n, columns]. */
function splitColumns(graph: GraphWriter, input: string, columns: number, count: number): string[] {
  const names = Array.from({ length: count }, (_, index) => `${input}.columns${index}`)
  const sizes = graph.integers(`columns.${columns}.${count}`, new Array(count).fill(columns / count))
  graph.nodes('Split', [input, sizes], names, { axis: -1 })
  return names
}

/** The rows of an input as bytes around 128, integer = 128 + value / scale, and their scales [n, 1]. */
function roundByRow(graph: GraphWriter, input: string): { integers: string; scales: string } {
  const columns = graph.integers('columns', [1])
  const sizes = graph.node('Abs', [input], `${input}.sizes`)
  const maximum = graph.node('ReduceMax', [sizes, columns], `${input}.largest`, { keepdims: 0 })
  const extreme = graph.node('Max', [maximum, graph.constantFloat('tiny', 1e-30)], `${input}.extreme`)
  const scale = graph.node('Mul', [extreme, graph.constantFloat('step', 1 / 127)], `${input}.scale`)
  const count = graph.node('Shape', [scale], `${input}.count`)
  const zeros = graph.node('Expand', [zeroByte(graph), count], `${input}.middles`)
  const integers = graph.node('QuantizeLinear', [input, scale, zeros], `${input}.integers`, { axis: 0 })
  const scales = graph.node('Unsqueeze', [scale, columns], `${input}.scales`)
  return { integers, scales }
}

/** The byte that stands for zero. */
const zeroByte = (graph: GraphWriter) => graph.byte('middle', 128)
