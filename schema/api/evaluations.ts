import { z } from 'zod'
import { inputFormats } from '../evaluation-input/row.ts'
import { protocolNames } from '../judge/protocol.ts'
import { type TemplateName, templateNames } from '../judge/templates.ts'

const time = z.iso.datetime()
/** Why work of a tenant stands still. */
export const pauseReasons = ['tenant_suspended', 'tenant_deleted'] as const
export type PauseReason = (typeof pauseReasons)[number]

const counts = z.record(z.string(), z.int())
const interval = z.tuple([z.number(), z.number()]).nullable().meta({ description: 'Bootstrap 95% interval' })
const fraction = z.number().nullable().meta({ description: 'From 0 to 1; null without data' })

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
/** What work in the background is held to: the limits of tenant and key when it was begun. */
export interface WorkBounds {
  /** How much of it may run at a time. */
  concurrent: number
  /** The tenant's tokens a Korean day. */
  tokensPerDay: number
  /** The key's own limits, where it has some. */
  key: { concurrent: number; tokensPerDay: number } | null
}

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

export const previewSchema = z
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

const cardLine = z.object({ score: fraction, wrong: z.int(), length: z.int(), counts })

const meanScoreSchema = z.object({
  rows: z.int(),
  judgments: z.int(),
  rated: z.int(),
  wrong: z.int(),
  mean_rating: z.number().nullable(),
  score: fraction,
  interval,
  too_few_to_rank: z.boolean(),
})

const statistics = [
  'spearman',
  'kendall_tau_b',
  'cohen_kappa',
  'quadratic_weighted_kappa',
  'mean_absolute_error',
] as const
const statisticValues = z.record(z.enum(statistics), z.number().nullable())

const agreementSchema = z.object({
  pairs: z.int(),
  ...(Object.fromEntries(statistics.map((name) => [name, z.number().nullable()])) as Record<
    (typeof statistics)[number],
    z.ZodNullable<z.ZodNumber>
  >),
  intervals: z.record(z.enum(statistics), interval),
  confusion: z.array(z.array(z.int())).meta({ description: 'Labels down, ratings across, 0 to 10' }),
})

export const reportSchema = z
  .object({
    id: z.string(),
    object: z.literal('evaluation.report'),
    name: z.string(),
    protocol: z.enum(protocolNames),
    model: z.string(),
    template: z.string(),
    repeats: z.int(),
    status: z.string(),
    complete: z.boolean().meta({ description: 'Whether every row is in the tables' }),
    summary: meanScoreSchema.extend({ failed: z.int(), pending: z.int() }),
    diff: cardLine.nullable(),
    accuracy: cardLine.nullable(),
    agreement: agreementSchema.nullable(),
    intervals: z.object({ score: interval, diff: interval, accuracy: interval }),
    distribution: z.array(z.object({ rating: z.number(), count: z.int() })),
    categories: z.array(meanScoreSchema.extend({ category: z.string().nullable() })),
    turns: z.array(meanScoreSchema.extend({ turn: z.int() })),
    models: z.array(meanScoreSchema.extend({ model: z.string() })),
    per_turn: z
      .array(meanScoreSchema.extend({ model: z.string(), category: z.string().nullable(), turn: z.int() }))
      .meta({ description: 'Every answering model in every category, turn by turn' }),
    wrong_format: z
      .object({ share: fraction, interval })
      .meta({ description: 'Judgments without a rating, as a share of all, with its Wilson 95% interval' }),
    consistency: z
      .object({
        compared: z.int(),
        identical: fraction,
        mean_deviation: z.number().nullable(),
        mean_range: z.number().nullable(),
        widest_range: z.number().nullable(),
      })
      .nullable(),
    language_rule: z.object({
      checked: z.int(),
      followed: z.int(),
      missed: z.int(),
      zero_without_signal: z.int(),
      neither: z.int(),
    }),
    published: z.object({ 'ko-bench': z.int(), 'keval-testset': z.int() }),
    failures: z.array(z.object({ code: z.string(), count: z.int(), rows: z.array(z.string()) })),
    other_protocol: z
      .object({
        id: z.string(),
        protocol: z.enum(protocolNames),
        score: fraction,
        difference: z.number().nullable(),
      })
      .nullable()
      .meta({ description: 'The newest evaluation of the same file and judge under the other protocol' }),
    notes: z.array(z.string()).meta({ description: 'What a reader must know before trusting the tables' }),
  })
  .meta({ id: 'EvaluationReport' })

export type Report = z.output<typeof reportSchema>

const pairedSchema = z.object({
  pairs: z.int(),
  difference: z.number().nullable(),
  interval,
  p_value: z.number().nullable(),
  wins: z.object({ x: z.int(), tie: z.int(), y: z.int() }),
})

export const comparisonQuery = z.strictObject({
  with: z.string().max(64),
  model: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'The answering model, where the file has several' }),
  with_model: z.string().max(200).optional(),
})

const comparedSchema = z.object({
  id: z.string(),
  name: z.string(),
  answering_model: z.string().nullable().meta({ description: 'Where one of several was asked for' }),
  model: z.string().meta({ description: 'The judge' }),
  protocol: z.enum(protocolNames),
})

export const comparisonSchema = z
  .object({
    object: z.literal('evaluation.comparison'),
    x: comparedSchema,
    y: comparedSchema,
    rating: pairedSchema.meta({ description: 'Mean of y - x over the rows that both have, by row id' }),
    diff: pairedSchema.nullable().meta({ description: 'The same over the points of the diff score' }),
    agreement: statisticValues,
    points: z.array(z.object({ x: z.number(), y: z.number(), count: z.int() })).meta({
      description: 'Rows by their two ratings, to the nearest half: what a plot of x against y shows',
    }),
    categories: z
      .array(z.object({ category: z.string().nullable(), rows: z.int(), x: z.number(), y: z.number() }))
      .meta({ description: 'Mean ratings of both, by category of x' }),
    notes: z.array(z.string()),
  })
  .meta({ id: 'EvaluationComparison' })

export type Comparison = z.output<typeof comparisonSchema>

const standing = z.object({
  model: z.string(),
  score: fraction,
  mean_rating: z.number().nullable(),
  rows: z.int(),
  rated: z.int(),
  wrong: z.int(),
  interval,
  too_few_to_rank: z.boolean(),
})

/** The answering models of one evaluation with their scores. */
export type Standings = z.output<typeof standing>[]

export const leaderboardSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    standing.extend({
      rank: z.int().nullable().meta({ description: 'Within the same questions, protocol and judge' }),
      unranked: z.enum(['too_few_rows', 'no_ratings']).nullable(),
      evaluation_id: z.string(),
      protocol: z.enum(protocolNames),
      judge: z.string(),
      dataset: z.string(),
    }),
  ),
  has_more: z.boolean(),
})

export type LeaderboardEntry = z.output<typeof leaderboardSchema>['data'][number]
