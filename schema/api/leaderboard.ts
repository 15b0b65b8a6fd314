import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'
import { datasetReference } from './datasets.ts'
import { described } from './described.ts'
import { meanScoreSchema } from './evaluation-scores.ts'
import { importedFrom } from './imported.ts'
import { queryNumber } from './query-number.ts'

const modelScore = meanScoreSchema.omit({ judgments: true }).extend({
  model: z.string().meta(described('Answering model', '답변한 모델')),
  dataset: z.string().meta(described('Digest of the questions that it answered', '답변한 질문의 다이제스트')),
  mixed_weights: z
    .boolean()
    .meta(
      described(
        'Whether more than one set of weights was used; the score then mixes their means',
        '둘 이상의 가중치로 판정했는지 여부. 그렇다면 점수는 섞인 값입니다',
      ),
    ),
})

/** An answering model of an evaluation with its score. */
export type ModelScore = z.output<typeof modelScore>

export const leaderboardQuery = z.strictObject({
  dataset: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta(described('Boards of this dataset, by its name', '이 이름의 데이터셋 순위표')),
  version: queryNumber(z.coerce.number().int().min(1).optional()).meta(
    described('Boards of this version of it', '이 버전의 순위표'),
  ),
})
export type LeaderboardQuery = z.output<typeof leaderboardQuery>

export const leaderboardSchema = z.object({
  object: z.literal('list'),
  data: z.array(
    modelScore.omit({ dataset: true }).extend({
      dataset: datasetReference.extend({
        complete: z
          .boolean()
          .meta(
            described(
              'Whether the model answered all questions of this version; `digest` names those that it answered',
              '이 버전의 모든 질문에 답변했는지 여부. `digest`는 답변한 질문의 다이제스트입니다',
            ),
          ),
      }),
      rank: z
        .int()
        .nullable()
        .meta(
          described(
            'Within the same questions, protocol and judge',
            '질문, 프로토콜, 심판이 같은 모델 중의 순위',
          ),
        ),
      unranked: z
        .enum(['too_few_rows', 'no_ratings'])
        .nullable()
        .meta(described('Why there is no rank; null if ranked', '순위가 없는 이유. 있으면 null')),
      not_separated_from: z
        .array(z.string())
        .meta(
          described(
            'Models of the same board whose intervals overlap: the rows are too few to separate them',
            '같은 순위표에서 구간이 겹쳐 이 표본으로는 구별할 수 없는 모델',
          ),
        ),
      evaluation_id: z
        .string()
        .meta(
          described(
            'Latest evaluation of this model; an imported one only where none was judged here',
            '이 모델의 최신 평가. 이곳에서 판정한 평가가 없을 때만 가져온 평가',
          ),
        ),
      imported_from: importedFrom,
      protocol: z.enum(protocolNames),
      judge: z.string(),
    }),
  ),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})

export type LeaderboardEntry = z.output<typeof leaderboardSchema>['data'][number]
