import type { Checkpoint, CheckpointTensor } from '../checkpoint/checkpoint.ts'
import { type DenseFormat, formatBytes } from '../checkpoint/floats.ts'
import { type ElementType, type ExternalData, elementBytes, externalTensorProto } from '../graph/onnx.ts'
import { type BlockFormat, blockBytes, blocksPerRow } from './quantize.ts'
import type { RowFormat } from './quantize-by-row.ts'
import { jobElements, type WeightJob } from './weight-job.ts'

/**
 * A matrix as graph operators take it: integers in blocks, or numbers as they are, each [rows, columns]; or signed
 * integers [columns, rows] with a scale for each row, in parts of some columns each.
 */
export type Matrix =
  | { kind: 'rows'; parts: { integers: string; scales: string }[]; rows: number; columns: number }
  | { kind: 'blocks'; integers: string; scales: string; rows: number; columns: number; format: BlockFormat }
  | { kind: 'dense'; name: string; rows: number; columns: number }

/** A part of a matrix: some rows that the checkpoint stores as a tensor of their own. */
export interface MatrixPart {
  tensor: string
  rows: number
}

/** Matrices inside a layer that share a number format: those of attention, the feed-forward's way out and back. */
export type LayerRole = 'attention' | 'gateAndUp' | 'down'

/** Of a matrix inside the layers: blocks that share a scale, rows that do, or null: dense. */
export type MatrixFormat = BlockFormat | RowFormat | null

/** Number formats of the weights of one conversion. */
export interface WeightFormats {
  /** Of activations, tables and everything that is not quantized. */
  dense: DenseFormat
  /** Of the weights of norms: where activations are bfloat16, 8 bits of a factor near 1 would be too few. */
  norms: 'float32' | 'float16'
  /** Of the matrices inside the layers, by their role. */
  attention: MatrixFormat
  gateAndUp: MatrixFormat
  down: MatrixFormat
  /** Of the embedding and the output matrix; null leaves them dense. */
  vocabulary: BlockFormat | null
  /** Whether activations may be rounded to int8 where they meet quantized weights. */
  roundsActivations: boolean
}

/** Tensors start at pages of the data file, so that ONNX Runtime can map them into memory. */
const alignment = 4096

/** Where a graph gets its weights from. Names are those of the checkpoint's tensors. */
export interface Weights {
  readonly formats: WeightFormats
  /** TensorProto of each weight that lies in a file. */
  readonly initializers: Uint8Array[]
  /** ValueInfoProto of each weight that is fed. */
  readonly inputs: Uint8Array[]
  /** A matrix inside a layer, its parts stacked. */
  matrix(name: string, parts: readonly MatrixPart[], columns: number, role: LayerRole): Matrix
  /** The embedding or the output matrix. */
  vocabularyMatrix(part: MatrixPart, columns: number): Matrix
  /** The integers of a quantized matrix as [rows, bytes per row]. Returns their name in the graph. */
  flatIntegers(matrix: Matrix & { kind: 'blocks' }): string
  /** A vector of the checkpoint, with `add` added to each number. Returns its name in the graph. */
  vector(tensor: string, length: number, add: number): string
  /** Vectors of the checkpoint, one behind the other. Returns the name in the graph. */
  joinedVector(name: string, parts: readonly MatrixPart[]): string
  /** A computed table, given in the numbers of `dense`. Returns its name in the graph. */
  table(name: string, shape: readonly number[], bytes: Uint8Array): string
}

/**
 * Collects the weights that a graph asks for: gives each its place in the data file, its entry in the graph and
 * the jobs that will fill it. Nothing is read or written here.
 */
export class WeightPlan implements Weights {
  readonly jobs: WeightJob[] = []
  readonly initializers: Uint8Array[] = []
  readonly inputs: Uint8Array[] = []
  /** Tables that are computed, not read: bytes and their place in the data file. */
  readonly tables: { offset: number; bytes: Uint8Array }[] = []
  readonly formats: WeightFormats
  readonly #checkpoint: Checkpoint
  readonly #location: string
  readonly #vocabularyMatrices = new Map<string, Matrix>()
  #size = 0

  constructor(checkpoint: Checkpoint, formats: WeightFormats, location: string) {
    this.#checkpoint = checkpoint
    this.formats = formats
    this.#location = location
  }

  /** Bytes of the data file. */
  get size(): number {
    return this.#size
  }

  /** Bytes that the jobs will read. */
  get bytesToRead(): number {
    return this.jobs.reduce((sum, job) => sum + job.rows * job.columns * formatBytes[job.source.format], 0)
  }

  matrix(name: string, parts: readonly MatrixPart[], columns: number, role: LayerRole): Matrix {
    return this.#matrix(name, parts, columns, this.formats[role])
  }

  /** The same tensor asked for twice (tied embeddings) is stored once. */
  vocabularyMatrix(part: MatrixPart, columns: number): Matrix {
    const known = this.#vocabularyMatrices.get(part.tensor)
    if (known) return known
    const matrix = this.#matrix(part.tensor, [part], columns, this.formats.vocabulary)
    this.#vocabularyMatrices.set(part.tensor, matrix)
    return matrix
  }

  vector(tensor: string, length: number, add: number): string {
    const source = this.#checkpoint.tensor(tensor, [length])
    const { norms } = this.formats
    const offset = this.#external(tensor, norms, [length])
    this.#addJobs(source, 1, length, () => ({
      target: offset,
      operation: { kind: 'store', type: norms, add },
    }))
    return tensor
  }

  joinedVector(name: string, parts: readonly MatrixPart[]): string {
    const { dense } = this.formats
    const length = parts.reduce((sum, part) => sum + part.rows, 0)
    let target = this.#external(name, dense, [length])
    for (const { tensor, rows } of parts) {
      const place: JobPlace = { target, operation: { kind: 'store', type: dense, add: 0 } }
      this.#addJobs(this.#checkpoint.tensor(tensor, [rows]), 1, rows, () => place)
      target += rows * elementBytes[dense]
    }
    return name
  }

  table(name: string, shape: readonly number[], bytes: Uint8Array): string {
    this.tables.push({ offset: this.#external(name, this.formats.dense, shape), bytes })
    return name
  }

  #matrix(name: string, parts: readonly MatrixPart[], columns: number, format: MatrixFormat): Matrix {
    const sources = parts.map((part) => this.#checkpoint.tensor(part.tensor, [part.rows, columns]))
    const rows = parts.reduce((sum, part) => sum + part.rows, 0)
    if (!format) {
      const { dense } = this.formats
      const offset = this.#external(name, dense, [rows, columns])
      this.#stack(sources, columns, (row) => ({
        target: offset + row * columns * elementBytes[dense],
        operation: { kind: 'store', type: dense, add: 0 },
      }))
      return { kind: 'dense', name, rows, columns }
    }
    if ('kind' in format) {
      const places = Array.from({ length: format.parts }, (_, part) => {
        const [integers, scales] = [`${name}.integers.${part}`, `${name}.scales.${part}`]
        const target = this.#external(integers, 'int8', [columns / format.parts, rows])
        return { integers, scales, target, scalesTarget: this.#external(scales, 'float32', [rows]) }
      })
      this.#stack(sources, columns, (row) => ({
        target: places[0]!.target + row,
        operation: {
          kind: 'quantizeByRow',
          format,
          stride: rows,
          targets: places.map(({ target, scalesTarget }) => ({
            integers: target + row,
            scales: scalesTarget + row * elementBytes.float32,
          })),
        },
      }))
      return {
        kind: 'rows',
        parts: places.map(({ integers, scales }) => ({ integers, scales })),
        rows,
        columns,
      }
    }
    const blocks = blocksPerRow(columns, format)
    const rowBytes = blocks * blockBytes(format)
    const integers = this.#external(`${name}.integers`, 'uint8', [rows, blocks, blockBytes(format)])
    const scales = this.#external(`${name}.scales`, format.scaleType, [rows, blocks])
    this.#stack(sources, columns, (row) => ({
      target: integers + row * rowBytes,
      operation: {
        kind: 'quantize',
        matrix: name,
        format,
        scalesTarget: scales + row * blocks * elementBytes[format.scaleType],
      },
    }))
    return { kind: 'blocks', integers: `${name}.integers`, scales: `${name}.scales`, rows, columns, format }
  }

  /**
   * The integers of a matrix again, as [rows, bytes per row]: the shape in which GatherBlockQuantized wants what
   * MatMulNBits wants as [rows, blocks, bytes per block]. Both names share the same bytes of the data file.
   */
  flatIntegers(matrix: Matrix & { kind: 'blocks' }): string {
    const name = `${matrix.integers}.flat`
    const rowBytes = blocksPerRow(matrix.columns, matrix.format) * blockBytes(matrix.format)
    const data = this.#places.get(matrix.integers)!
    const location = this.#location
    const bytes = matrix.rows * rowBytes
    this.#declare(name, 'uint8', [matrix.rows, rowBytes], { location, offset: data, bytes })
    return name
  }

  readonly #places = new Map<string, number>()

  /** Reserves a page-aligned place in the data file and declares the tensor that lies there. */
  #external(name: string, type: ElementType, shape: readonly number[]): number {
    const bytes = shape.reduce((product, size) => product * size, elementBytes[type])
    const offset = Math.ceil(this.#size / alignment) * alignment
    this.#declare(name, type, shape, { location: this.#location, offset, bytes })
    this.#places.set(name, offset)
    this.#size = offset + bytes
    return offset
  }

  #declare(name: string, type: ElementType, shape: readonly number[], data: ExternalData) {
    this.initializers.push(externalTensorProto(name, type, shape, data))
  }

  #stack(sources: readonly CheckpointTensor[], columns: number, place: (row: number) => JobPlace) {
    let first = 0
    for (const source of sources) {
      const start = first
      this.#addJobs(source, source.shape[0]!, columns, (row) => place(start + row))
      first += source.shape[0]!
    }
  }

  /** Cuts a tensor into jobs of whole rows. */
  #addJobs(source: CheckpointTensor, rows: number, columns: number, place: (row: number) => JobPlace) {
    const step = Math.max(1, Math.floor(jobElements / columns))
    for (let row = 0; row < rows; row += step)
      this.jobs.push({
        source: {
          tensor: source.name,
          file: source.file,
          format: source.format,
          offset: source.offset + row * columns * formatBytes[source.format],
        },
        firstRow: row,
        rows: Math.min(step, rows - row),
        columns,
        ...place(row),
      })
  }
}

type JobPlace = Pick<WeightJob, 'target' | 'operation'>
