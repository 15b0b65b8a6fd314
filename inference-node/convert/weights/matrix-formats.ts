import type { DenseFormat } from '../checkpoint/floats.ts'
import type { BlockFormat } from './quantize.ts'
import type { RowFormat } from './quantize-by-row.ts'

/**
 * A matrix as graph operators take it: integers in blocks, or numbers as they are, each [rows, columns]; signed
 * integers [columns, rows] with a scale for each row, in parts of some columns each; or matrices of several formats,
 * whose rows follow one another.
 */
export type Matrix =
  | { kind: 'rows'; parts: { integers: string; scales: string }[]; rows: number; columns: number }
  | BlockMatrix
  | { kind: 'dense'; name: string; rows: number; columns: number }
  | { kind: 'stacked'; matrices: SingleMatrix[]; rows: number; columns: number }

export type SingleMatrix = Exclude<Matrix, { kind: 'stacked' }>

export interface BlockMatrix {
  kind: 'blocks'
  integers: string
  scales: string
  /** Null where the format has none. */
  zeroPoints: string | null
  rows: number
  columns: number
  format: BlockFormat
}

/** A part of a matrix: some rows that the checkpoint stores as a tensor of their own. */
export interface MatrixPart {
  tensor: string
  rows: number
}

/**
 * Matrices inside a layer that share a number format: queries and the output of attention, keys and values, the
 * feed-forward's way out and back, and those of any of these where rounding costs most: see {@link toRole}.
 */
export type LayerRole = 'attention' | 'keysAndValues' | 'gateAndUp' | 'down' | 'sensitive'

/**
 * The role of a matrix, which is `sensitive` where the formats have one for it: every matrix of the first and last layers
 * (a sixteenth of the layers, rounded up at the beginning and down at the end), and the down matrix of the first and last
 * eighth and of every third layer between.
 */
export function toRole(
  role: Exclude<LayerRole, 'sensitive'>,
  layer: number,
  layers: number,
  formats: WeightFormats,
): LayerRole {
  if (formats.sensitive === undefined) return role
  const sixteenth = layers / 16
  if (layer < Math.ceil(sixteenth) || layer >= layers - Math.floor(sixteenth)) return 'sensitive'
  const eighth = Math.floor(layers / 8)
  const isWide = layer < eighth || layer >= layers - eighth || (layer - eighth) % 3 === 2
  return role === 'down' && isWide ? 'sensitive' : role
}

/** A part whose role is not that of its whole matrix. */
export interface RolePart extends MatrixPart {
  role?: LayerRole
}

/** The format of a matrix inside the layers: blocks that share a scale, rows that do, or null: dense. */
export type MatrixFormat = BlockFormat | RowFormat | null

/** Number formats of the weights of one conversion. */
export interface WeightFormats {
  /** The format of activations, tables and everything that is not quantized. */
  dense: DenseFormat
  /** The format of the weights of norms: where activations are bfloat16, 8 bits of a factor near 1 would be too few. */
  norms: 'float32' | 'float16'
  /** The formats of the matrices inside the layers, by their role. Roles with the same object are stored as one matrix. */
  attention: MatrixFormat
  keysAndValues: MatrixFormat
  gateAndUp: MatrixFormat
  down: MatrixFormat
  /** Without it every matrix has the format of its kind. */
  sensitive?: MatrixFormat
  /** The format of the embedding and the output matrix; null leaves them dense. */
  vocabulary: BlockFormat | null
  /** True if activations may be rounded to int8 where they meet quantized weights. */
  roundsActivations: boolean
  /** True if a row of zeros is appended to products that compute the last of an odd number of rows in another way. */
  padsRows: boolean
}

/** Consecutive parts of a matrix that share a format, which roles with the same object do. */
export function stackByFormat(
  formats: WeightFormats,
  parts: readonly RolePart[],
  role: LayerRole,
): { format: MatrixFormat; parts: RolePart[] }[] {
  const stacks: { format: MatrixFormat; parts: RolePart[] }[] = []
  for (const part of parts) {
    const format = formats[part.role ?? role] ?? null
    const last = stacks.at(-1)
    if (last && last.format === format) last.parts.push(part)
    else stacks.push({ format, parts: [part] })
  }
  return stacks
}

/** One matrix for parts of one format, else all of them stacked. */
export function stackMatrices(matrices: SingleMatrix[], columns: number): Matrix {
  const rows = matrices.reduce((sum, matrix) => sum + matrix.rows, 0)
  return matrices.length === 1 ? matrices[0]! : { kind: 'stacked', matrices, rows, columns }
}
