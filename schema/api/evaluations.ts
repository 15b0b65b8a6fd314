import { z } from 'zod'
import { inputFormats } from '../evaluation-input/row.ts'
import { protocolNames } from '../judge/protocol.ts'
import { type TemplateName, templateNames } from '../judge/templates.ts'
import { pauseReasons, type WorkBounds } from './queued-work.ts'

const time = z.iso.datetime()

const counts = z.record(z.string(), z.int())

/** How an evaluation is made: query parameters, or fields beside the files of a multipart body. */
export const evaluationQuery = z.strictObject({
  model: z.string().min(1).max(200).meta({ description: 'The judge: a model of `GET /v1/models`' }),
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(200)
    .optional()
    .meta({ description: 'Whose answers they are, where the file does not say it' }),
  protocol: z.enum(protocolNames).default('ko-bench'),
  template: z
    .enum(['auto', ...templateNames])
    .default('auto')
    .meta({ description: '`auto` chooses for each row' }),
  repeats: z.coerce
    .number()
    .int()
    .min(1)
    .max(16)
    .default(1)
    .meta({ description: 'Judgments per row and turn' }),
  temperature: z.coerce.number().min(0).max(2).optional(),
  seed: z.coerce.number().int().min(0).max(0x7fffffff).optional(),
  max_tokens: z.coerce.number().int().min(1).max(4096).optional(),
  preview: z
    .enum(['true', 'false'])
    .default('false')
    .meta({ description: '`true` answers what was understood and starts nothing' }),
})

export type EvaluationQuery = z.output<typeof evaluationQuery>

/** What an evaluation remembers of how it was asked for. */
export interface EvaluationOptions extends WorkBounds {
  name: string
  model: string
  protocol: (typeof protocolNames)[number]
  template: TemplateName | null
  repeats: number
  temperature: number | null
  seed: number | null
  maxTokens: number | null
  retentionDays: number
}

const previewSchema = z
  .object({
    format: z.enum(inputFormats).nullable(),
    rows: z.int(),
    judgments: z.int(),
    turns: counts,
    labels: z.int(),
    references: z.int(),
    references_not_shown: z.int(),
    categories: counts,
    models: counts,
    templates: counts,
    published: z.object({ 'ko-bench': z.int(), 'keval-testset': z.int() }),
    ignored_fields: z.array(z.string()),
    estimated_tokens: z.object({ prompt: z.int(), completion: z.int() }),
  })
  .meta({ id: 'EvaluationPreview' })

export const previewAnswer = z.object({
  object: z.literal('evaluation.preview'),
  preview: previewSchema,
  estimated_seconds: z
    .number()
    .nullable()
    .meta({ description: 'From the last evaluation with this judge; null before there is one' }),
})

export const evaluationSchema = z
  .object({
    id: z.string(),
    object: z.literal('evaluation'),
    name: z.string(),
    created: z.int().meta({ description: 'Unix time in seconds' }),
    status: z.enum(['receiving', 'running', 'completed', 'cancelled']),
    model: z.string(),
    protocol: z.enum(protocolNames),
    template: z.enum(['auto', ...templateNames]),
    repeats: z.int(),
    rows: z.int(),
    counts: z.object({
      judgments: z.int(),
      rated: z.int(),
      wrong: z.int().meta({ description: 'Judged, but without a rating' }),
      failed: z.int().meta({ description: 'Given up; the results say why' }),
      pending: z.int(),
    }),
    progress: z.number().meta({ description: 'From 0 to 1' }),
    rate: z.number().nullable().meta({ description: 'Judgments per second so far' }),
    seconds_left: z.number().nullable(),
    paused_because: z
      .enum(pauseReasons)
      .nullable()
      .meta({ description: 'Why a running evaluation stands still; it goes on by itself' }),
    started_at: time.nullable(),
    finished_at: time.nullable(),
    file_sha256: z.string().nullable(),
    preview: previewSchema.nullable(),
  })
  .meta({ id: 'Evaluation' })

export type Evaluation = z.output<typeof evaluationSchema>

export const evaluationList = z.object({
  object: z.literal('list'),
  data: z.array(evaluationSchema),
  has_more: z.boolean(),
})

export const evaluationPageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  after: z.string().max(64).optional(),
})

/** A line of the results. */
export const resultSchema = z
  .object({
    row: z.int().meta({ description: 'Number of the row, from 1' }),
    id: z.string(),
    model: z.string().nullable(),
    category: z.string().nullable(),
    turn: z.int(),
    repeat: z.int(),
    template: z.string(),
    label: z.number().nullable(),
    rating: z.number().nullable(),
    verdict: z.enum(['rated', 'no_rating', 'truncated', 'failed']),
    explanation: z.string().nullable(),
    judgment_id: z.string().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'EvaluationResult' })

export type EvaluationResult = z.output<typeof resultSchema>
