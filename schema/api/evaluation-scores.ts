import { z } from 'zod'
import { counts } from './evaluations.ts'

export const interval = z
  .tuple([z.number(), z.number()])
  .nullable()
  .meta({ description: 'Bootstrap 95% interval' })
export const fraction = z.number().nullable().meta({ description: 'From 0 to 1; null without data' })

export const cardLine = z.object({
  score: fraction,
  wrong: z
    .int()
    .meta({ description: 'Labelled judgments without a rating: they stand in `length` and earn nothing' }),
  length: z.int().meta({ description: 'Labelled judgments' }),
  counts,
})

export const meanScoreSchema = z.object({
  rows: z.int(),
  judgments: z.int().meta({ description: 'Made so far, turns and repeats included' }),
  rated: z.int().meta({ description: 'With a rating, 0 included' }),
  wrong: z.int().meta({ description: 'Judged, but without a rating' }),
  mean_rating: z.number().nullable().meta({ description: 'Of those with a rating, 0 to 10' }),
  score: z.number().nullable().meta({ description: 'The mean rating divided by 10; null without ratings' }),
  interval,
  too_few_to_rank: z.boolean().meta({ description: 'Fewer than 50 rows' }),
})

export const statistics = [
  'spearman',
  'kendall_tau_b',
  'cohen_kappa',
  'quadratic_weighted_kappa',
  'mean_absolute_error',
] as const
export const statisticValues = z.record(z.enum(statistics), z.number().nullable())
