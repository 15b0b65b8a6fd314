import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'
import { counts, published } from './evaluations.ts'
import { servedWeights } from './served-weights.ts'

/** What an evaluation answers: its tables, its comparison with another, and the leaderboard of all. */

const interval = z.tuple([z.number(), z.number()]).nullable().meta({ description: 'Bootstrap 95% interval' })
const fraction = z.number().nullable().meta({ description: 'From 0 to 1; null without data' })

const cardLine = z.object({
  score: fraction,
  wrong: z
    .int()
    .meta({ description: 'Labelled judgments without a rating: they stand in `length` and earn nothing' }),
  length: z.int().meta({ description: 'Labelled judgments' }),
  counts,
})

const meanScoreSchema = z.object({
  rows: z.int(),
  judgments: z.int().meta({ description: 'Made so far, turns and repeats included' }),
  rated: z.int().meta({ description: 'With a rating, 0 included' }),
  wrong: z.int().meta({ description: 'Judged, but without a rating' }),
  mean_rating: z.number().nullable().meta({ description: 'Of those with a rating, 0 to 10' }),
  score: z.number().nullable().meta({ description: 'The mean rating divided by 10; null without ratings' }),
  interval,
  too_few_to_rank: z.boolean().meta({ description: 'Fewer than 50 rows' }),
})

const weightsScore = z.object({
  ...servedWeights,
  judgments: z.int(),
  rated: z.int().meta({ description: 'With a rating, 0 included' }),
  mean_rating: z.number().nullable().meta({ description: 'Of those with a rating, 0 to 10' }),
  score: z.number().nullable().meta({ description: 'The mean rating divided by 10' }),
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
  pairs: z.int().meta({ description: 'Labelled judgments with a rating' }),
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
    status: z.string().meta({ description: 'As of the evaluation' }),
    complete: z.boolean().meta({ description: 'Whether every row is in the tables' }),
    summary: meanScoreSchema.extend({ failed: z.int(), pending: z.int() }),
    diff: cardLine.nullable().meta({
      description:
        'A point where the rating equals the label, half of one where it is off by at most 1; `counts` by difference. Null without labels',
    }),
    accuracy: cardLine.nullable().meta({
      description:
        'Ratings that equal their label; `counts` has the right ones by label. Null without labels',
    }),
    agreement: agreementSchema
      .nullable()
      .meta({ description: 'Of ratings with labels; null without labels' }),
    intervals: z.object({ score: interval, diff: interval, accuracy: interval }),
    distribution: z
      .array(z.object({ rating: z.number(), count: z.int() }))
      .meta({ description: 'Judgments by rating' }),
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
        compared: z.int().meta({ description: 'Rows and turns with two rated repeats or more' }),
        identical: z
          .number()
          .nullable()
          .meta({ description: 'The share of them whose repeats have one rating, 0 to 1' }),
        mean_deviation: z
          .number()
          .nullable()
          .meta({ description: 'Mean standard deviation between repeats, in points' }),
        mean_range: z
          .number()
          .nullable()
          .meta({ description: 'Mean distance from the lowest to the highest rating, in points' }),
        widest_range: z.number().nullable().meta({ description: 'The largest such distance, in points' }),
      })
      .nullable()
      .meta({ description: 'How far the judge agrees with itself; null without repeats' }),
    language_rule: z
      .object({
        checked: z
          .int()
          .meta({ description: 'Rated judgments whose question and answer have a script each' }),
        followed: z.int().meta({ description: 'The scripts differ and the judge gave 0' }),
        missed: z.int().meta({ description: 'The scripts differ and the judge gave more' }),
        zero_without_signal: z.int().meta({ description: 'The same script and a 0' }),
        neither: z.int().meta({ description: 'The same script and more than 0' }),
      })
      .meta({
        description: 'The rule of the judge prompts: 0 for an answer in another language than the question',
      }),
    published,
    failures: z
      .array(z.object({ code: z.string(), count: z.int(), rows: z.array(z.string()) }))
      .meta({ description: 'What could not be judged, by error code, with the ids of some rows' }),
    other_protocol: z
      .object({
        id: z.string(),
        protocol: z.enum(protocolNames),
        score: fraction,
        difference: z.number().nullable().meta({ description: 'The score of this report less the other' }),
      })
      .nullable()
      .meta({ description: 'The newest evaluation of the same file and judge under the other protocol' }),
    weights: z.array(weightsScore).meta({
      description: 'Judgments by the weights that made them. More than one: the means above mix them',
    }),
    mixed_weights: z.boolean().meta({ description: 'Whether more than one set of weights judged' }),
    ignored_fields: z.array(z.string()).meta({ description: 'Fields of the file that were not read' }),
    skipped_rows: z.int().meta({ description: 'Rows that were left out because an answer is empty' }),
    references_not_shown: z
      .int()
      .meta({ description: 'Rows whose reference none of their templates showed to the judge' }),
    notes: z.array(z.string()).meta({ description: 'What a reader must know before trusting the tables' }),
  })
  .meta({ id: 'EvaluationReport' })

export type Report = z.output<typeof reportSchema>

const pairedSchema = z.object({
  pairs: z.int().meta({ description: 'Rows that both have' }),
  difference: z.number().nullable().meta({ description: 'Mean of y - x' }),
  interval,
  p_value: z.number().nullable().meta({ description: 'Two-sided, by paired bootstrap' }),
  wins: z
    .object({ x: z.int(), tie: z.int(), y: z.int() })
    .meta({ description: 'Rows where x is higher, both are alike, y is higher' }),
})

export const comparisonQuery = z.strictObject({
  with: z.string().max(64).meta({ description: 'The id of the other evaluation, y' }),
  model: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'The answering model, where the file has several' }),
  with_model: z
    .string()
    .max(200)
    .optional()
    .meta({ description: 'The answering model of the other evaluation' }),
})

const unpairedSchema = z.object({
  count: z.int(),
  rows: z
    .array(z.object({ row: z.int(), id: z.string().nullable(), turn: z.int(), question: z.string() }))
    .meta({ description: 'The first of them, with the beginning of their question' }),
})

const comparedSchema = z.object({
  mixed_weights: z.boolean().meta({ description: 'Whether more than one set of weights judged' }),
  weights: z.array(z.object(servedWeights)).meta({ description: 'The weights that judged' }),
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
    rating: pairedSchema.meta({
      description: 'Mean of y - x over the rows that both have: those of the same question and turn',
    }),
    diff: pairedSchema.nullable().meta({ description: 'The same over the points of the diff score' }),
    pairing: z
      .object({
        by_id: z.int().meta({ description: 'Turns of rows with one given id and one question' }),
        by_question: z.int().meta({ description: 'Other turns of one question' }),
        ids_with_other_questions: z
          .int()
          .meta({ description: 'Given ids that stand for different questions in x and y' }),
        unpaired: z.object({ x: unpairedSchema, y: unpairedSchema }),
      })
      .meta({ description: 'How rated rows met: by question and turn, never by their place' }),
    agreement: statisticValues.meta({
      description: 'Of the two ratings of each row; null without rows in common',
    }),
    points: z.array(z.object({ x: z.number(), y: z.number(), count: z.int() })).meta({
      description: 'Rows by their two ratings, to the nearest half: what a plot of x against y shows',
    }),
    categories: z
      .array(z.object({ category: z.string().nullable(), rows: z.int(), x: z.number(), y: z.number() }))
      .meta({ description: 'Mean ratings of both, by category of x' }),
    notes: z.array(z.string()).meta({ description: 'What a reader must know before trusting the tables' }),
  })
  .meta({ id: 'EvaluationComparison' })

export type Comparison = z.output<typeof comparisonSchema>

const modelScore = meanScoreSchema.omit({ judgments: true }).extend({
  model: z.string().meta({ description: 'Who answered' }),
  dataset: z.string().meta({ description: 'The same for models that answered the same questions' }),
  mixed_weights: z
    .boolean()
    .meta({ description: 'Whether more than one set of weights judged: the score mixes their means' }),
})

/** An answering model of an evaluation with its score. */
export type ModelScore = z.output<typeof modelScore>

export const leaderboardSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    modelScore.extend({
      rank: z.int().nullable().meta({ description: 'Within the same questions, protocol and judge' }),
      unranked: z
        .enum(['too_few_rows', 'no_ratings'])
        .nullable()
        .meta({ description: 'Why there is no rank; null where there is one' }),
      evaluation_id: z.string().meta({ description: 'The newest evaluation of this model' }),
      protocol: z.enum(protocolNames),
      judge: z.string(),
    }),
  ),
  has_more: z.boolean().meta({ description: 'Whether more follow the last entry' }),
})

export type LeaderboardEntry = z.output<typeof leaderboardSchema>['data'][number]
