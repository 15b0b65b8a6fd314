import { openAiErrorBody } from '../../schema/api/error-body.ts'
import { errorCodes } from '../../schema/api/error-codes.ts'
import type { Failure } from '../../schema/api/errors.ts'
import type { BatchInputError } from '../../schema/db/batches.ts'
import { message } from '../../schema/messages/message.ts'
import type { StorageQuota } from '../jobs/storage-quota.ts'
import { Semaphore } from '../platform/semaphore.ts'
import type { BatchStore, RefusedLine } from './batch-store.ts'
import type { Files } from './files.ts'
import { InputCheck, type RefusedRequest } from './input-lines.ts'

interface ReaderParts {
  store: BatchStore
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
   * Stores the requests of a batch's input as its lines, part by part so that other work gets its turn. Answers how
   * many there are and how many of them are refused already, or what is wrong with the file by line and field; null
   * when the batch has ended meanwhile.
   */
  read(id: string): Promise<ReadInput | { errors: BatchInputError[] } | null> {
    return this.#turns.run(async () => {
      const { store: batches, files, quota } = this.#parts
      const isWanted = () => batches.get(id)?.status === 'validating'
      const check = new InputCheck()
      if (!isWanted()) return null
      const { inputFileId } = batches.get(id)!
      batches.removeLines(id)
      for (const part of files.readParts(inputFileId)) {
        const full = await quota.refusal()
        if (full !== null) return { errors: [storageIsFull(full)] }
        const { lines, refused } = check.add(part)
        batches.addLines(id, lines)
        batches.addRefused(
          id,
          refused.map((line) => toRefusedLine(id, line)),
        )
        await scheduler.wait(0)
        if (!isWanted()) return null
      }
      const errors = files.get(inputFileId) === null ? [inputIsGone] : check.end()
      return errors.length > 0 ? { errors } : { requests: check.requests, refused: check.refused }
    })
  }
}

/** Number of requests of an input, and of those refused while reading. */
export interface ReadInput {
  requests: number
  refused: number
}

function toRefusedLine(batchId: string, { position, customId, failure }: RefusedRequest): RefusedLine {
  const response = JSON.stringify(openAiErrorBody(failure, `${batchId}-${position}`, 'en'))
  return { position, customId, statusCode: errorCodes[failure.code].status, response }
}

const inputIsGone: BatchInputError = {
  code: 'file_not_found',
  line: 1,
  param: 'input_file_id',
  problem: message('batch_file_deleted'),
}

const storageIsFull = ({ code, reason, params }: Failure): BatchInputError => ({
  code,
  line: 1,
  param: null,
  problem: { code: reason, ...(params && { params }) },
})
