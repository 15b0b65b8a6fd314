import type { BlockMatrix } from '../weights/matrix-formats.ts'
import type { GraphWriter } from './graph-writer.ts'

/**
 * Returns whether ONNX Runtime multiplies two rows at a time with a matrix, and a row that is left over by another kernel,
 * whose last bits differ: with activations in int8, on x86-64, in large blocks.
 */
export const takesPairs = (graph: GraphWriter, { format }: BlockMatrix): boolean =>
  graph.weights.formats.padsRows && format.blockSize >= minPairedBlock[format.bits]

const minPairedBlock = { 4: 64, 8: 128 }

/** Adds a row of zeros to an odd number of rows, so that no row is left over: [n, columns] to [2 * ceil(n / 2), columns]. */
export function padRows(graph: GraphWriter, input: string): string {
  return graph.once(`${input}.even`, () => {
    const odd = graph.node('Mod', [countRows(graph, input), graph.integers('pair', [2])], `${input}.odd`)
    const zero = graph.integers('none', [0])
    const padding = graph.node('Concat', [zero, odd], `${input}.padding`, { axis: 0 })
    return graph.node('Pad', [input, padding, '', zero], `${input}.even`)
  })
}

/** Cuts what was computed from padded rows to as many rows as `input` has. */
export function cutRows(graph: GraphWriter, padded: string, input: string, output: string): string {
  const zero = graph.integers('none', [0])
  return graph.node('Slice', [padded, zero, countRows(graph, input), zero], output)
}

const countRows = (graph: GraphWriter, input: string) =>
  graph.once(`${input}.row_count`, () =>
    graph.node('Shape', [input], `${input}.row_count`, { start: 0, end: 1 }),
  )
