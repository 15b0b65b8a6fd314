import type { Failure } from '../../schema/api/errors.ts'
import type { BatchInputError } from '../../schema/db/batches.ts'
import type { StorageQuota } from '../jobs/storage-quota.ts'
import { Semaphore } from '../platform/semaphore.ts'
import type { BatchStore } from './batch-store.ts'
import type { Files } from './files.ts'
import { InputCheck } from './input-lines.ts'

interface ReaderParts {
  batches: BatchStore
  files: Files
  quota: StorageQuota
}

/** Reads the inputs of batches, one after the other: each takes memory for the names of all its lines. */
export class InputReader {
  readonly #parts: ReaderParts
  readonly #turns = new Semaphore(1)

  constructor(parts: ReaderParts) {
    this.#parts = parts
  }

  /**
   * Keeps the requests of a batch's input as its lines, part by part so that others get their turn. Answers how many
   * there are, or what is wrong by line and field; null when the batch was ended meanwhile.
   */
  read(id: string): Promise<{ requests: number } | { errors: BatchInputError[] } | null> {
    return this.#turns.run(async () => {
      const { batches, files, quota } = this.#parts
      const isWanted = () => batches.get(id)?.status === 'validating'
      const check = new InputCheck()
      if (!isWanted()) return null
      const { inputFileId } = batches.get(id)!
      batches.removeLines(id)
      for (const part of files.partsOf(inputFileId)) {
        const full = quota.refusal()
        if (full !== null) return { errors: [storageIsFull(full)] }
        batches.addLines(id, check.add(part))
        await scheduler.wait(0)
        if (!isWanted()) return null
      }
      const errors = files.get(inputFileId) === null ? [inputIsGone] : check.end()
      return errors.length > 0 ? { errors } : { requests: check.requests }
    })
  }
}

const inputIsGone: BatchInputError = {
  code: 'file_not_found',
  line: 1,
  message: 'The input file was deleted before it had been read.',
  param: 'input_file_id',
}

const storageIsFull = ({ code, detail }: Failure): BatchInputError => ({
  code,
  line: 1,
  message: detail,
  param: null,
})
