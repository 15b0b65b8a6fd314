import type { Checkpoint, CheckpointTensor } from '../checkpoint/checkpoint.ts'
import { storedBytes } from '../checkpoint/stored-formats.ts'
import { type ElementType, type ExternalData, elementBytes, externalTensorProto } from '../graph/onnx.ts'
import {
  type BlockMatrix,
  type LayerRole,
  type Matrix,
  type MatrixFormat,
  type MatrixPart,
  type RolePart,
  type SingleMatrix,
  stackByFormat,
  stackMatrices,
  type WeightFormats,
} from './matrix-formats.ts'
import { blockBytes, blocksPerRow, zeroPointBytes } from './quantize.ts'
import { jobElements, type WeightJob } from './weight-job.ts'

/** Tensors start at pages of the data file, so that ONNX Runtime can map them into memory. */
const alignment = 4096

/** Source of a graph's weights. Names are those of the checkpoint's tensors. */
export interface Weights {
  readonly formats: WeightFormats
  /** TensorProto of each weight that lies in a file. */
  readonly initializers: Uint8Array[]
  /** ValueInfoProto of each weight that is fed. */
  readonly inputs: Uint8Array[]
  /** A matrix inside a layer, its parts stacked. */
  matrix(name: string, parts: readonly RolePart[], columns: number, role: LayerRole): Matrix
  /** The embedding or the output matrix. */
  vocabularyMatrix(part: MatrixPart, columns: number): SingleMatrix
  /** The integers of a quantized matrix as [rows, bytes per row]. Returns their name in the graph. */
  flatIntegers(matrix: BlockMatrix): string
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
  readonly #vocabularyMatrices = new Map<string, SingleMatrix>()
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
    return this.jobs.reduce((sum, job) => sum + storedBytes(job.source.format, job.rows * job.columns), 0)
  }

  matrix(name: string, parts: readonly RolePart[], columns: number, role: LayerRole): Matrix {
    const matrices = stackByFormat(this.formats, parts, role).map((stack, index) =>
      this.#matrix(index === 0 ? name : `${name}.${index}`, stack.parts, columns, stack.format, name),
    )
    return stackMatrices(matrices, columns)
  }

  /** The same tensor asked for twice (tied embeddings) is stored once. */
  vocabularyMatrix(part: MatrixPart, columns: number): SingleMatrix {
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
      operation: { kind: 'store', type: norms, add: add + source.add },
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

  /** @param observed the matrix of the reference run that takes the same inputs */
  #matrix(
    name: string,
    parts: readonly MatrixPart[],
    columns: number,
    format: MatrixFormat,
    observed = name,
  ): SingleMatrix {
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
    const zeroBytes = zeroPointBytes(columns, format)
    const zeroPoints = format.zeroPoints
      ? this.#external(`${name}.zero_points`, 'uint8', [rows, zeroBytes])
      : null
    this.#stack(sources, columns, (row) => ({
      target: integers + row * rowBytes,
      operation: {
        kind: 'quantize',
        matrix: observed,
        format,
        scalesTarget: scales + row * blocks * elementBytes[format.scaleType],
        zeroPointsTarget: zeroPoints === null ? null : zeroPoints + row * zeroBytes,
      },
    }))
    return {
      kind: 'blocks',
      integers: `${name}.integers`,
      scales: `${name}.scales`,
      zeroPoints: zeroPoints === null ? null : `${name}.zero_points`,
      rows,
      columns,
      format,
    }
  }

  /**
   * The integers of a matrix again, as [rows, bytes per row]: the shape in which GatherBlockQuantized wants what
   * MatMulNBits wants as [rows, blocks, bytes per block]. Both names share the same bytes of the data file.
   */
  flatIntegers(matrix: BlockMatrix): string {
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
          offset: source.offset,
          pairedHead: source.pairedHead,
        },
        firstRow: row,
        rows: Math.min(step, rows - row),
        columns,
        ...place(row),
      })
  }
}

type JobPlace = Pick<WeightJob, 'target' | 'operation'>
