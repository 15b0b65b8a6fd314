import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'

const interval = z.tuple([z.number(), z.number()]).nullable().meta({ description: 'Bootstrap 95% interval' })
const fraction = z.number().nullable().meta({ description: 'From 0 to 1; null without data' })
const counts = z.record(z.string(), z.int())

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
