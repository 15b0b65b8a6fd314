import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'
import { interval, statisticValues } from './evaluation-scores.ts'
import { servedWeights } from './served-weights.ts'

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
