import type { z } from 'zod'
import type { batchSchema, fileSchema } from '../../schema/api/batches.ts'
import type { BatchInputError } from '../../schema/db/batches.ts'
import type { Language } from '../../schema/messages/language.ts'
import { renderMessage } from '../../schema/messages/message.ts'
import type { BatchRecord } from './batch-store.ts'
import { windowMs } from './batches.ts'
import type { FileRecord } from './file-store.ts'

const seconds = (ms: number) => Math.floor(ms / 1000)

export function fileView({
  id,
  bytes,
  createdAt,
  expiresAt,
  filename,
  purpose,
}: FileRecord): z.output<typeof fileSchema> {
  return {
    id,
    object: 'file',
    bytes,
    created_at: seconds(createdAt),
    expires_at: seconds(expiresAt),
    filename,
    purpose,
    status: 'processed',
  }
}

export function batchView(batch: BatchRecord, language: Language): z.output<typeof batchSchema> {
  const { id, status, options, errors, total, completed, failed, createdAt, finishedAt } = batch
  const endedAs = (wanted: BatchRecord['status']) =>
    status === wanted && finishedAt !== null ? seconds(finishedAt) : null
  return {
    id,
    object: 'batch',
    endpoint: options.endpoint,
    errors:
      errors === null
        ? null
        : {
            object: 'list',
            data: errors.map((error) => errorView(error, language)),
          },
    input_file_id: batch.inputFileId,
    completion_window: options.completionWindow,
    status,
    output_file_id: batch.outputFileId,
    error_file_id: batch.errorFileId,
    created_at: seconds(createdAt),
    in_progress_at: batch.begunAt === null ? null : seconds(batch.begunAt),
    expires_at: seconds(createdAt + windowMs),
    completed_at: endedAs('completed'),
    failed_at: endedAs('failed'),
    expired_at: endedAs('expired'),
    cancelled_at: endedAs('cancelled'),
    request_counts: { total, completed, failed },
    metadata: options.metadata,
    keval: { paused_because: batch.pausedBecause },
  }
}

function errorView({ code, line, param, problem }: BatchInputError, language: Language) {
  const text = renderMessage(problem, language)
  const message = param === null ? text : `${param}: ${text}`
  return {
    code,
    line,
    message,
    param,
    reason: problem.code,
    ...(problem.params && { params: problem.params }),
  }
}
