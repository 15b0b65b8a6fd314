import { readSync, writeSync } from 'node:fs'
import { ModelError } from '../../model/model-error.ts'
import { type DenseFormat, encodeFloats } from '../checkpoint/floats.ts'
import { toStoredRow } from '../checkpoint/paired-rows.ts'
import { decodeStored, type StoredFormat, storedBytes } from '../checkpoint/stored-formats.ts'
import { balanceWeights, type WeightBalances } from './balance.ts'
import type { InputFactors } from './column-groups.ts'
import { quantizeRowsWithFeedback } from './error-feedback.ts'
import { type BlockFormat, packZeroPoints, quantizeRows } from './quantize.ts'
import { quantizeByRow, type RowFormat } from './quantize-by-row.ts'

/** The conversion of some rows of a checkpoint tensor: plain data, for a worker thread. */
export interface WeightJob {
  source: {
    tensor: string
    file: string
    format: StoredFormat
    /** Offset of the tensor in the file. */
    offset: number
    /** As of `CheckpointTensor`. */
    pairedHead: number | null
  }
  rows: number
  columns: number
  /** The first of the tensor's rows. */
  firstRow: number
  /** Byte offset in the data file: of the integers when quantizing, of the numbers otherwise. */
  target: number
  operation:
    | { kind: 'store'; type: DenseFormat; add: number }
    | {
        kind: 'quantize'
        matrix: string
        format: BlockFormat
        scalesTarget: number
        /** Null where the format has no zero points. */
        zeroPointsTarget: number | null
      }
    /** Written transposed: `stride` bytes from one column to the next, each part at its own target. */
    | {
        kind: 'quantizeByRow'
        format: RowFormat
        stride: number
        targets: { integers: number; scales: number }[]
      }
}

/** Statistics of the inputs of a job's matrix. */
export interface WeightInputs extends WeightBalances {
  /** Variation of the inputs: see {@link InputFactors}. */
  factors?: InputFactors | undefined
}

/** Most weights that one job takes: bounds the memory of a worker. */
export const jobElements = 2 ** 21

/** No trained weight is larger: beyond it lies what half precision cannot hold, or a damaged byte. */
const maxWeight = 65504

/**
 * Reads, converts and writes the rows of one job.
 *
 * @param source file descriptor of the checkpoint file
 * @param target file descriptor of the data file
 * @returns bytes read
 * @throws ModelError when the file ends early or holds numbers that no weight can have
 */
export function runWeightJob(
  job: WeightJob,
  source: number,
  target: number,
  { factors, rows, columns }: WeightInputs,
): number {
  const count = job.rows * job.columns
  const bytes = readRows(job, source)
  const weights = new Float32Array(count)
  decodeStored(job.source.format, bytes, weights)
  checkWeights(weights, job)

  const { operation } = job
  if (operation.kind === 'store') {
    if (operation.add !== 0) for (let i = 0; i < count; i++) weights[i]! += operation.add
    // the numbers of a norm are what rows are elsewhere
    balanceWeights(weights, 1, 0, { rows })
    writeFully(target, encodeFloats(operation.type, weights), job.target)
  } else if (operation.kind === 'quantizeByRow') {
    balanceWeights(weights, job.columns, job.firstRow, { rows, columns })
    const integers = new Int8Array(count)
    const { format, stride, targets } = operation
    const scales = new Float32Array(job.rows * format.parts)
    quantizeByRow(weights, job.columns, format, integers, scales)
    const bytes = new Uint8Array(integers.buffer)
    const partLength = job.columns / format.parts
    for (const [part, place] of targets.entries()) {
      for (let column = 0; column < partLength; column++) {
        const start = (part * partLength + column) * job.rows
        writeFully(target, bytes.subarray(start, start + job.rows), place.integers + column * stride)
      }
      writeFully(
        target,
        encodeFloats('float32', scales.subarray(part * job.rows, (part + 1) * job.rows)),
        place.scales,
      )
    }
  } else {
    balanceWeights(weights, job.columns, job.firstRow, { rows, columns })
    const { format, scalesTarget, zeroPointsTarget } = operation
    const { integers, scales, zeroPoints } = factors
      ? quantizeRowsWithFeedback(weights, job.columns, format, factors)
      : quantizeRows(weights, job.columns, format)
    writeFully(target, integers, job.target)
    writeFully(target, encodeFloats(format.scaleType, scales), scalesTarget)
    if (zeroPointsTarget !== null)
      writeFully(target, packZeroPoints(zeroPoints, job.columns, format), zeroPointsTarget)
  }
  return bytes.length
}

function readRows({ source, rows, columns, firstRow }: WeightJob, file: number): Uint8Array {
  const rowBytes = storedBytes(source.format, columns)
  const bytes = new Uint8Array(rows * rowBytes)
  if (source.pairedHead === null) readFully(file, bytes, source.offset + firstRow * rowBytes, source.file)
  else
    for (let row = 0; row < rows; row++) {
      const stored = toStoredRow(firstRow + row, source.pairedHead)
      const into = bytes.subarray(row * rowBytes, (row + 1) * rowBytes)
      readFully(file, into, source.offset + stored * rowBytes, source.file)
    }
  return bytes
}

function checkWeights(weights: Float32Array, job: WeightJob) {
  for (let i = 0; i < weights.length; i++)
    if (!(Math.abs(weights[i]!) <= maxWeight))
      throw new ModelError(
        `tensor ${job.source.tensor} in ${job.source.file} holds ${weights[i]}, which no weight can be: the file is damaged`,
      )
}

function readFully(file: number, into: Uint8Array, offset: number, name: string) {
  for (let done = 0; done < into.length; ) {
    const read = readSync(file, into, done, into.length - done, offset + done)
    if (read === 0) throw new ModelError(`${name} is truncated`)
    done += read
  }
}

function writeFully(file: number, bytes: Uint8Array, offset: number) {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, bytes.length - done, offset + done)
}
