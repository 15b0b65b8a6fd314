import { z } from 'zod'
import { servedWeights } from './served-weights.ts'

/** A line of the results. */
export const resultSchema = z
  .object({
    row: z.int().meta({ description: 'Number of the row, from 1' }),
    id: z.string().meta({ description: 'Of the row: its own, or its number' }),
    model: z.string().nullable().meta({ description: 'Who answered, where the row says it' }),
    category: z.string().nullable(),
    turn: z.int().meta({ description: 'The turn that was judged: 1 or 2' }),
    repeat: z.int().meta({ description: 'From 1 to `repeats`' }),
    template: z.string(),
    label: z.number().nullable().meta({ description: 'The rating that the row came with' }),
    rating: z.number().nullable().meta({ description: '0..10; 0 is a verdict, null is none' }),
    verdict: z
      .enum(['rated', 'no_rating', 'truncated', 'failed'])
      .meta({ description: '`failed`: could not be judged, `error` says why' }),
    explanation: z.string().nullable().meta({ description: 'Null when there is no judgment, or no more' }),
    judgment_id: z.string().nullable().meta({ description: 'Null when the row could not be judged' }),
    ...servedWeights,
    caveat: z
      .enum(['mixed_weights'])
      .nullable()
      .meta({ description: '`mixed_weights`: other rows of this evaluation were judged by other weights' }),
    error: z.string().nullable(),
  })
  .meta({ id: 'EvaluationResult' })

export type EvaluationResult = z.output<typeof resultSchema>
