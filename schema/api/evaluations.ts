import { z } from 'zod'
import { inputContainers, inputFormats, inputRoles } from '../evaluation-input/row.ts'
import { protocolNames } from '../judge/protocol.ts'
import { templateNames } from '../judge/templates.ts'
import { weightsChangeActions } from './evaluation-request.ts'
import { pauseReasons } from './pause-reasons.ts'
import { queryNumber } from './query-number.ts'

const time = z.iso.datetime()

export const counts = z.record(z.string(), z.int())
export const published = z.object({ 'ko-bench': z.int(), 'keval-testset': z.int() }).meta({
  description: 'Rows that equal published questions or test inputs: a judge or a model may have seen them',
})

const previewSchema = z
  .object({
    format: z.enum(inputFormats).nullable().meta({ description: 'The form of the rows' }),
    rows: z.int(),
    judgments: z.int().meta({ description: 'To be made, repeats included' }),
    turns: counts.meta({ description: 'Rows by how many turns they have' }),
    labels: z.int().meta({ description: 'Rows with a label' }),
    references: z.int().meta({ description: 'Rows with a reference' }),
    references_not_shown: z.int().meta({ description: 'Rows whose reference none of their templates shows' }),
    categories: counts.meta({
      description: 'Rows by category; of more than 500 names the rest is `(others)`',
    }),
    models: counts.meta({
      description: 'Rows by answering model; of more than 500 names the rest is `(others)`',
    }),
    templates: counts.meta({ description: 'Judgments of one repeat by template' }),
    published,
    ignored_fields: z.array(z.string()).meta({ description: 'Fields that were given and are not read' }),
    skipped_rows: z.int().meta({ description: 'Rows left out because an answer is empty (`empty=skip`)' }),
    files: z
      .array(
        z.object({
          name: z.string().nullable().meta({ description: 'Null where there is one file only' }),
          container: z.enum(inputContainers),
          gzip: z.boolean(),
          format: z.enum(inputFormats).nullable(),
          role: z.enum(inputRoles).nullable().meta({ description: 'What its records are' }),
          columns: z
            .record(z.string(), z.string())
            .meta({ description: 'The fields of its first record that are read, with what each became' }),
        }),
      )
      .meta({ description: 'How each file was understood' }),
    estimated_tokens: z
      .object({ prompt: z.int(), completion: z.int() })
      .meta({ description: 'Of all judgments; what was judged before costs none' }),
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
    audit: z
      .string()
      .nullable()
      .meta({ description: 'The audit whose cases it judges; null for an evaluation of its own' }),
    created: z.int().meta({ description: 'Unix time in seconds' }),
    status: z.enum(['receiving', 'running', 'paused', 'completed', 'cancelled']).meta({
      description: '`receiving`: its file is being read; `paused`: it waits for `resume` or `cancel`',
    }),
    model: z.string().meta({ description: 'The judge' }),
    protocol: z.enum(protocolNames),
    template: z.enum(['auto', ...templateNames]).meta({ description: '`auto` chooses for each row' }),
    repeats: z.int().meta({ description: 'Judgments per row and turn' }),
    rows: z.int(),
    counts: z.object({
      judgments: z.int().meta({ description: 'To be made, repeats included' }),
      rated: z.int().meta({ description: 'With a rating, 0 included' }),
      wrong: z.int().meta({ description: 'Judged, but without a rating' }),
      failed: z.int().meta({ description: 'Given up; the results say why' }),
      pending: z.int().meta({ description: 'Not judged yet' }),
    }),
    progress: z.number().meta({ description: 'From 0 to 1' }),
    rate: z.number().nullable().meta({ description: 'Judgments per second so far' }),
    seconds_left: z
      .number()
      .nullable()
      .meta({ description: 'At the rate so far; null when it does not run or nothing is judged yet' }),
    paused_because: z.enum(pauseReasons).nullable().meta({
      description: 'Why a running evaluation stands still until that is over, or why it is `paused`',
    }),
    on_weights_change: z
      .enum(weightsChangeActions)
      .meta({ description: 'What happens when the judge gets other weights' }),
    weights_digest: z
      .string()
      .nullable()
      .meta({ description: 'Weights of the judge; null before the first judgment' }),
    started_at: time.nullable(),
    progressed_at: time
      .nullable()
      .meta({ description: 'When a judgment came last, or the work began or went on' }),
    finished_at: time.nullable(),
    file_sha256: z.string().nullable().meta({ description: 'SHA-256 of the uploaded bytes' }),
    preview: previewSchema.nullable().meta({ description: 'What was understood of the file' }),
  })
  .meta({ id: 'Evaluation' })

export type Evaluation = z.output<typeof evaluationSchema>

export const evaluationList = z.object({
  object: z.literal('list'),
  data: z.array(evaluationSchema),
  has_more: z.boolean().meta({ description: 'Whether more follow the last entry' }),
})

export const evaluationPageQuery = z.strictObject({
  limit: queryNumber(z.coerce.number().int().min(1).max(100).default(20)),
  after: z
    .string()
    .max(64)
    .optional()
    .meta({ description: 'The id of the last evaluation of the page before' }),
})
