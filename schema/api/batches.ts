import { z } from 'zod'
import { batchStatuses } from '../db/batches.ts'
import { pauseReasons } from './queued-work.ts'

/** The Batch API of OpenAI, as far as its clients need it to run a batch of chat completions. */

export const fileSchema = z
  .object({
    id: z.string(),
    object: z.literal('file'),
    bytes: z.int(),
    created_at: z.int(),
    expires_at: z.int(),
    filename: z.string(),
    purpose: z.enum(['batch', 'batch_output']),
    status: z.literal('processed'),
  })
  .meta({ id: 'File' })

export const fileDeleted = z.object({ id: z.string(), object: z.literal('file'), deleted: z.literal(true) })

export const batchRequest = z
  .strictObject({
    input_file_id: z.string().max(64),
    endpoint: z.literal('/v1/chat/completions', 'must be /v1/chat/completions'),
    completion_window: z.literal('24h', 'must be 24h'),
    metadata: z.record(z.string().max(64), z.string().max(512)).nullish(),
  })
  .meta({ id: 'BatchRequest' })

export const batchSchema = z
  .object({
    id: z.string(),
    object: z.literal('batch'),
    endpoint: z.string(),
    errors: z
      .object({
        object: z.literal('list'),
        data: z.array(
          z.object({ code: z.string(), line: z.int(), message: z.string(), param: z.string().nullable() }),
        ),
      })
      .nullable(),
    input_file_id: z.string(),
    completion_window: z.string(),
    status: z.enum(batchStatuses),
    output_file_id: z.string().nullable(),
    error_file_id: z.string().nullable(),
    created_at: z.int(),
    in_progress_at: z.int().nullable(),
    expires_at: z.int(),
    completed_at: z.int().nullable(),
    failed_at: z.int().nullable(),
    expired_at: z.int().nullable(),
    cancelled_at: z.int().nullable(),
    request_counts: z.object({ total: z.int(), completed: z.int(), failed: z.int() }),
    metadata: z.record(z.string(), z.string()).nullable(),
    keval: z.object({
      paused_because: z
        .enum(pauseReasons)
        .nullable()
        .meta({ description: 'Why a running batch stands still; it goes on by itself' }),
    }),
  })
  .meta({ id: 'Batch' })

/** A line of an input file. */
export const batchLine = z.object({
  custom_id: z.string().min(1).max(512),
  method: z.literal('POST', 'must be POST'),
  url: z.literal('/v1/chat/completions', 'must be /v1/chat/completions'),
  body: z.record(z.string(), z.unknown()),
})

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(64).optional(),
  purpose: z.string().max(32).optional(),
  order: z.enum(['asc', 'desc']).optional(),
})

export const listOf = <S extends z.ZodType>(item: S) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  })
