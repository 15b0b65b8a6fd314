import { z } from 'zod'
import { inputFormats } from '../evaluation-input/row.ts'
import { customPrompt } from '../judge/custom-prompt.ts'
import { warningCodes } from '../judge/lint.ts'
import { protocolNames } from '../judge/protocol.ts'
import { templateNames } from '../judge/templates.ts'
import { isMessageCode, type MessageCode } from '../messages/message.ts'
import { messageParams } from '../messages/schemas.ts'
import { ratingSummaries } from '../metrics/rating-summary.ts'
import { answerFaults } from './answer-faults.ts'
import { datasetName } from './datasets.ts'
import { described } from './described.ts'
import { errorCodes } from './error-codes.ts'
import { weightsChangeActions } from './evaluation-request.ts'
import { resultSchema } from './evaluation-results.ts'
import { readFileSchema } from './evaluations.ts'
import { maxOrigins, originSchema } from './imported.ts'
import { tag } from './tag.ts'

/** The format of an evaluation's archive, named in its manifest. */
export const archiveFormat = 'keval-edge.evaluation'
export const archiveVersion = 1

/** The entries of an archive other than its manifest, in order. */
export const archiveFiles = [
  'rows.jsonl',
  'labels.jsonl',
  'results.jsonl',
  'report.json',
  'report.en.md',
  'report.ko.md',
  'report.en.html',
  'report.ko.html',
] as const
export type ArchiveFile = (typeof archiveFiles)[number]
export const manifestFile = 'manifest.json'

const time = z.iso.datetime()
const count = z.int().min(0)
const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const rating = z.number().min(0).max(10)
const template = z.enum([...templateNames, customPrompt])
/** Maximum length of a text: that of a line of an uploaded file. */
const text = z.string().max(4_000_000)
const name = z.string().max(10_000)

export const manifestSchema = z.strictObject({
  format: z.literal(archiveFormat),
  version: z.int().min(1),
  /** The origin of this export. */
  origin: originSchema,
  /** The origins of the imports before it, oldest first. */
  earlier_origins: z.array(originSchema).max(maxOrigins - 1),
  name: z.string().min(1).max(200),
  tags: z.array(tag).max(100),
  /** The name of its set of questions. */
  dataset: datasetName.nullable(),
  status: z.enum(['completed', 'cancelled']),
  judge: z.strictObject({
    model: z.string().min(1).max(200),
    weights_digest: z.string().max(500).nullable(),
    weights: z.array(resultSchema.pick({ weights_digest: true, precision: true, provider: true })).max(1000),
  }),
  templates: z
    .array(z.strictObject({ name: z.enum(templateNames), version: z.int().min(1), sha256 }))
    .max(templateNames.length),
  settings: z.strictObject({
    protocol: z.enum(protocolNames),
    template: z.enum(templateNames).nullable(),
    repeats: z.int().min(1).max(16),
    summary: z.enum(ratingSummaries),
    temperature: z.number().min(0).max(2).nullable(),
    seed: z.int().min(0).max(0x7fffffff).nullable(),
    max_tokens: z.int().min(1).max(4096).nullable(),
    on_weights_change: z.enum(weightsChangeActions),
    answer_faults: answerFaults.nullable(),
  }),
  counts: z.strictObject({ rows: count.min(1), judgments: count, rated: count, wrong: count, failed: count }),
  started_at: time.nullable(),
  progressed_at: time.nullable(),
  finished_at: time.nullable(),
  file_sha256: sha256.nullable(),
  /** Facts about the uploaded file that its rows do not show. */
  reading: z.strictObject({
    format: z.enum(inputFormats).nullable(),
    ignored_fields: z.array(z.string().max(1000)).max(1000),
    skipped_rows: count,
    files: z.array(readFileSchema).max(1000),
  }),
  files: z
    .array(z.strictObject({ name: z.enum(archiveFiles), bytes: count, sha256 }))
    .max(archiveFiles.length),
})

export type Manifest = z.output<typeof manifestSchema>

const turn = z.strictObject({ question: text, answer: text, reference: text.optional() })
const message = z.strictObject({ role: z.enum(['system', 'user']), content: text })

/** A line of `rows.jsonl`: what was judged. */
export const rowLine = z.strictObject({
  row: z.int().min(1),
  id: name,
  id_is_given: z.boolean(),
  model: name.nullable(),
  category: name.nullable(),
  label: rating.nullable(),
  input: z.union([
    z.strictObject({
      messages: z.array(message).min(1).max(100),
      template: z.enum(templateNames).nullable(),
      turns: z.array(turn).max(2),
    }),
    z.strictObject({ turns: z.array(turn).min(1).max(2) }),
  ]),
  planned: z
    .array(z.tuple([z.int().min(1).max(2), template]))
    .min(1)
    .max(2),
  sample: z.int().min(1),
})

export type RowLine = z.output<typeof rowLine>

const warning = z.strictObject({
  code: z.enum(warningCodes),
  field: z.string().max(100).nullable(),
  params: messageParams.optional(),
})
const messageCode = z.custom<MessageCode>(isMessageCode)

/** Why a judgment failed, as it is stored. */
const failure = z.strictObject({
  code: z.enum(Object.keys(errorCodes) as (keyof typeof errorCodes)[]),
  reason: messageCode,
  params: messageParams.optional(),
  errors: z
    .array(
      z.strictObject({ field: z.string().max(1000), code: messageCode, params: messageParams.optional() }),
    )
    .max(100)
    .optional(),
})

/** A line of `results.jsonl`: a line of the results with its texts, and what else is stored of a judgment. */
export const resultLine = resultSchema
  .extend({
    row: z.int().min(1),
    turn: z.int().min(1).max(2),
    repeat: z.int().min(1).max(16),
    template,
    label: rating.nullable(),
    rating: rating.nullable(),
    judgment_id: z.string().max(100).nullable(),
    question: text.nullable(),
    answer: text.nullable(),
    reference: text.nullable(),
    expected: rating
      .nullable()
      .meta(described('Expected rating, where it was asked for', '요청한 경우 기대 평점')),
    judge_text: text.nullable().meta(described('The output of the judge', '심판의 출력')),
    warnings: z.array(warning).max(100),
    failure: failure.nullable(),
  })
  .refine(({ verdict, rating }) => (verdict === 'rated') === (rating !== null), { path: ['rating'] })
  .refine(({ verdict, failure }) => (verdict === 'failed') === (failure !== null), { path: ['failure'] })

export type ResultLine = z.output<typeof resultLine>

/** A line of `labels.jsonl`, so far as it is read: a label given by hand. */
export const labelLine = z.object({
  row: z.int().min(1),
  turn: z.int().min(1).max(2),
  label: rating,
  note: z.string().max(10_000),
  key: z.string().max(100),
  created_at: time,
  updated_at: time,
})

export type LabelLine = z.output<typeof labelLine>
