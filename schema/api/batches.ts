import { z } from 'zod'
import { messageParams } from '../messages/schemas.ts'
import { pauseReasons } from './pause-reasons.ts'
import { queryNumber } from './query-number.ts'

/** The Batch API of OpenAI, as far as its clients need it to run a batch of chat completions. */

/** `validating`: the whole input is read before the first line runs. `expired`: its window closed on unfinished lines. */
export const batchStatuses = [
  'validating',
  'failed',
  'in_progress',
  'completed',
  'expired',
  'cancelled',
] as const

const unixTime = z.int().meta({ description: 'Unix time in seconds' })

export const fileSchema = z
  .object({
    id: z.string(),
    object: z.literal('file'),
    bytes: z.int(),
    created_at: unixTime,
    expires_at: unixTime.meta({ description: 'When it is deleted; Unix time in seconds' }),
    filename: z.string(),
    purpose: z
      .enum(['batch', 'batch_output'])
      .meta({ description: '`batch`: uploaded; `batch_output`: answers or errors of a batch' }),
    status: z.literal('processed'),
  })
  .meta({ id: 'File' })

export const fileDeleted = z.object({ id: z.string(), object: z.literal('file'), deleted: z.literal(true) })

export const batchRequest = z
  .strictObject({
    input_file_id: z.string().max(64).meta({ description: 'A file of `POST /v1/files`' }),
    endpoint: z.literal('/v1/chat/completions'),
    completion_window: z.literal('24h'),
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .nullish()
      .meta({ description: 'Kept and shown as it is' }),
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
          z.object({
            code: z.string(),
            line: z.int().meta({ description: 'From 1' }),
            message: z.string(),
            reason: z.string().meta({ description: 'The stable code of `message`' }),
            params: messageParams.optional(),
            param: z.string().nullable().meta({ description: 'The field; null for the line as a whole' }),
          }),
        ),
      })
      .nullable()
      .meta({ description: 'What is wrong with the input of a `failed` batch; null otherwise' }),
    input_file_id: z.string(),
    completion_window: z.string(),
    status: z.enum(batchStatuses).meta({
      description:
        '`validating`: its input is being read; `failed`: a line of it is wrong and nothing ran; `expired`: its time was over before all lines were answered',
    }),
    output_file_id: z.string().nullable().meta({ description: 'The answers; null while there are none' }),
    error_file_id: z
      .string()
      .nullable()
      .meta({ description: 'Lines that were refused, failed or never answered; null while there are none' }),
    created_at: unixTime,
    in_progress_at: unixTime.nullable(),
    expires_at: unixTime.meta({
      description: '24 hours after its creation: lines without an answer expire; Unix time in seconds',
    }),
    completed_at: unixTime.nullable(),
    failed_at: unixTime.nullable(),
    expired_at: unixTime.nullable(),
    cancelled_at: unixTime.nullable(),
    request_counts: z
      .object({ total: z.int(), completed: z.int(), failed: z.int() })
      .meta({ description: 'Lines of the input' }),
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
  method: z.literal('POST'),
  url: z.literal('/v1/chat/completions'),
  body: z.record(z.string(), z.unknown()),
})

export const pageQuery = z.strictObject({
  limit: queryNumber(z.coerce.number().int().min(1).max(100).default(20)),
  after: z.string().max(64).optional().meta({ description: 'The id of the last entry of the page before' }),
})

export const filePageQuery = pageQuery.extend({
  purpose: z.string().max(32).optional().meta({ description: 'Files with this purpose alone' }),
  order: z.enum(['asc', 'desc']).default('desc').meta({ description: '`asc` begins with the oldest' }),
})

export const pageSchema = <S extends z.ZodType>(item: S) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean().meta({ description: 'Whether more follow the last entry' }),
  })
