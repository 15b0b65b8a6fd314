import { open } from 'node:fs/promises'
import type { Checkpoint, CheckpointTensor } from './checkpoint.ts'
import { formatBytes, widen } from './floats.ts'

/** Numbers read from a file at a time. */
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
  whole(name: string, shape: readonly number[], into: Float32Array): Promise<void> {
    return this.#read(this.#checkpoint.tensor(name, shape), 0, into)
  }

  /** Fills `into` with the rows of a matrix [rows, columns] from `first` on. */
  rows(name: string, rows: number, columns: number, first: number, into: Float32Array): Promise<void> {
    return this.#read(this.#checkpoint.tensor(name, [rows, columns]), first * columns, into)
  }

  /** Widens piece by piece, so that the stored form takes little memory. */
  async #read(tensor: CheckpointTensor, first: number, into: Float32Array): Promise<void> {
    const size = formatBytes[tensor.format]
    const file = await open(tensor.file)
    try {
      const bytes = new Uint8Array(Math.min(into.length, pieceElements) * size)
      for (let done = 0; done < into.length; done += pieceElements) {
        const count = Math.min(pieceElements, into.length - done)
        await file.read(bytes, 0, count * size, tensor.offset + (first + done) * size)
        widen(tensor.format, bytes.subarray(0, count * size), into.subarray(done, done + count))
        this.#done += count * size
        this.#onBytes(Math.min(this.#done, this.#checkpoint.bytes), this.#checkpoint.bytes)
      }
    } finally {
      await file.close()
    }
  }
}
