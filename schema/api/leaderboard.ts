import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'
import { meanScoreSchema } from './evaluation-scores.ts'

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
