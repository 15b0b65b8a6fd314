import { open } from 'node:fs/promises'
import type { Checkpoint, CheckpointTensor } from './checkpoint.ts'
import { toStoredRow } from './paired-rows.ts'
import { decodeStored, storedBytes } from './stored-formats.ts'

/** Numbers read from a file at a time: whole blocks of any format. */
const pieceElements = 2 ** 22

/** Reads tensors of a checkpoint as float32. */
export class TensorReader {
  readonly #checkpoint: Checkpoint
  readonly #onBytes: (done: number, total: number) => void
  #done = 0

  constructor(checkpoint: Checkpoint, onBytes: (done: number, total: number) => void) {
    this.#checkpoint = checkpoint
    this.#onBytes = onBytes
  }

  /** Fills `into` with a whole tensor. */
  async whole(name: string, shape: readonly number[], into: Float32Array): Promise<void> {
    const tensor = this.#checkpoint.tensor(name, shape)
    await this.#read(tensor, 0, into)
    const { pairedHead } = tensor
    if (pairedHead === null) return
    const columns = shape.slice(1).reduce((product, size) => product * size, 1)
    const stored = into.slice()
    for (let row = 0; row < shape[0]!; row++) {
      const from = toStoredRow(row, pairedHead) * columns
      into.set(stored.subarray(from, from + columns), row * columns)
    }
  }

  /** Fills `into` with the rows of a matrix [rows, columns] from `first` on. */
  rows(name: string, rows: number, columns: number, first: number, into: Float32Array): Promise<void> {
    const tensor = this.#checkpoint.tensor(name, [rows, columns])
    if (tensor.pairedHead !== null) throw new TypeError(`${name} is read as a whole alone`)
    return this.#read(tensor, first * columns, into)
  }

  /** Widens piece by piece, so that the stored form takes little memory. */
  async #read(tensor: CheckpointTensor, first: number, into: Float32Array): Promise<void> {
    const { format, add } = tensor
    const file = await open(tensor.file)
    try {
      const bytes = new Uint8Array(storedBytes(format, Math.min(into.length, pieceElements)))
      for (let done = 0; done < into.length; done += pieceElements) {
        const count = Math.min(pieceElements, into.length - done)
        const size = storedBytes(format, count)
        await file.read(bytes, 0, size, tensor.offset + storedBytes(format, first + done))
        decodeStored(format, bytes.subarray(0, size), into.subarray(done, done + count))
        this.#done += size
        this.#onBytes(Math.min(this.#done, this.#checkpoint.bytes), this.#checkpoint.bytes)
      }
    } finally {
      await file.close()
    }
    if (add !== 0) for (let i = 0; i < into.length; i++) into[i]! += add
  }
}
