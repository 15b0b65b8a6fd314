import { z } from 'zod'
import { messageParams } from '../messages/schemas.ts'
import { described } from './described.ts'
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

const unixTime = z.int().meta(described('Unix time in seconds', 'Unix 시각(초)'))

export const fileSchema = z
  .object({
    id: z.string(),
    object: z.literal('file'),
    bytes: z.int(),
    created_at: unixTime,
    expires_at: unixTime.meta(described('Deletion time; Unix time in seconds', '삭제 시각. Unix 시각(초)')),
    filename: z.string(),
    purpose: z
      .enum(['batch', 'batch_output'])
      .meta(
        described(
          '`batch`: uploaded; `batch_output`: answers or errors of a batch',
          '`batch`: 업로드한 파일. `batch_output`: 배치의 응답이나 오류',
        ),
      ),
    status: z.literal('processed'),
  })
  .meta({ id: 'File' })

export const fileDeleted = z.object({ id: z.string(), object: z.literal('file'), deleted: z.literal(true) })

export const batchRequest = z
  .strictObject({
    input_file_id: z
      .string()
      .max(64)
      .meta(described('A file of `POST /v1/files`', '`POST /v1/files`로 올린 파일')),
    endpoint: z.literal('/v1/chat/completions'),
    completion_window: z.literal('24h'),
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .nullish()
      .meta(described('Stored and returned unchanged', '그대로 저장해 반환합니다')),
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
            line: z.int().meta(described('From 1', '1부터')),
            message: z.string(),
            reason: z.string().meta(described('The stable code of `message`', '`message`의 고정 코드')),
            params: messageParams.optional(),
            param: z
              .string()
              .nullable()
              .meta(described('The field; null for the whole line', '항목. 줄 전체의 오류이면 null')),
          }),
        ),
      })
      .nullable()
      .meta(
        described(
          'Errors in the input of a `failed` batch; null otherwise',
          '`failed`인 배치의 입력 오류. 그 외에는 null',
        ),
      ),
    input_file_id: z.string(),
    completion_window: z.string(),
    status: z
      .enum(batchStatuses)
      .meta(
        described(
          '`validating`: its input is being read; `failed`: a line of it is wrong and nothing ran; `expired`: its time was over before all lines were answered',
          '`validating`: 입력을 읽는 중. `failed`: 잘못된 줄이 있어 실행하지 않음. `expired`: 모든 줄을 처리하기 전에 기한이 지남',
        ),
      ),
    output_file_id: z
      .string()
      .nullable()
      .meta(described('File of answers; null while there are none', '응답 파일. 아직 없으면 null')),
    error_file_id: z
      .string()
      .nullable()
      .meta(
        described(
          'Lines that were refused, failed or never answered; null while there are none',
          '거부되었거나 실패했거나 처리되지 않은 줄의 파일. 아직 없으면 null',
        ),
      ),
    created_at: unixTime,
    in_progress_at: unixTime.nullable(),
    expires_at: unixTime.meta(
      described(
        '24 hours after its creation: lines without an answer expire; Unix time in seconds',
        '생성 24시간 뒤. 이때까지 처리되지 않은 줄은 만료됩니다. Unix 시각(초)',
      ),
    ),
    completed_at: unixTime.nullable(),
    failed_at: unixTime.nullable(),
    expired_at: unixTime.nullable(),
    cancelled_at: unixTime.nullable(),
    request_counts: z
      .object({ total: z.int(), completed: z.int(), failed: z.int() })
      .meta(described('Lines of the input', '입력의 줄')),
    metadata: z.record(z.string(), z.string()).nullable(),
    keval: z.object({
      paused_because: z
        .enum(pauseReasons)
        .nullable()
        .meta(
          described(
            'Why a running batch is waiting; it resumes by itself',
            '실행 중인 배치가 대기하는 이유. 자동으로 재개됩니다',
          ),
        ),
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
  after: z
    .string()
    .max(64)
    .optional()
    .meta(described('ID of the last entry on the previous page', '이전 페이지 마지막 항목의 ID')),
})

export const filePageQuery = pageQuery.extend({
  purpose: z.string().max(32).optional().meta(described('Only files with this purpose', '이 용도의 파일만')),
  order: z.enum(['asc', 'desc']).default('desc').meta(described('`asc`: oldest first', '`asc`: 오래된 순')),
})

export const pageSchema = <S extends z.ZodType>(item: S) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
  })
