import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'
import { cardLine, fraction, interval, meanScoreSchema, statistics } from './evaluation-scores.ts'
import { published } from './evaluations.ts'
import { servedWeights } from './served-weights.ts'

const weightsScore = z.object({
  ...servedWeights,
  judgments: z.int(),
  rated: z.int().meta({ description: 'With a rating, 0 included' }),
  mean_rating: z.number().nullable().meta({ description: 'Of those with a rating, 0 to 10' }),
  score: z.number().nullable().meta({ description: 'The mean rating divided by 10' }),
})

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
