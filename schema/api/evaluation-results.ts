import { z } from 'zod'
import { described } from './described.ts'
import { servedWeights } from './served-weights.ts'

/** A line of the results. */
export const resultSchema = z
  .object({
    row: z.int().meta(described('Number of the row, from 1', '행 번호(1부터)')),
    id: z.string().meta(described('ID of the row; its number if it has none', '행의 ID. 없으면 행 번호')),
    model: z
      .string()
      .nullable()
      .meta(described('Answering model, if the row names it', '답변한 모델. 행에 있는 경우')),
    category: z.string().nullable(),
    turn: z.int().meta(described('The turn that was judged: 1 or 2', '판정한 턴: 1 또는 2')),
    repeat: z.int().meta(described('From 1 to `repeats`', '1부터 `repeats`까지')),
    template: z.string(),
    label: z.number().nullable().meta(described('Label of the row', '행의 라벨')),
    rating: z
      .number()
      .nullable()
      .meta(described('0 to 10; 0 is a rating, null means no rating', '0~10. 0도 평점이며 null은 평점 없음')),
    verdict: z
      .enum(['rated', 'no_rating', 'truncated', 'failed'])
      .meta(
        described(
          '`failed`: could not be judged; see `error`',
          '`failed`: 판정하지 못함. 이유는 `error` 참고',
        ),
      ),
    explanation: z
      .string()
      .nullable()
      .meta(described('Null if there is no judgment or it was deleted', '판정이 없거나 삭제되었으면 null')),
    judgment_id: z
      .string()
      .nullable()
      .meta(described('Null when the row could not be judged', '판정하지 못했으면 null')),
    ...servedWeights,
    caveat: z
      .enum(['mixed_weights'])
      .nullable()
      .meta(
        described(
          '`mixed_weights`: other rows of this evaluation were judged by other weights',
          '`mixed_weights`: 이 평가의 다른 행은 다른 가중치로 판정됨',
        ),
      ),
    error: z.string().nullable(),
    question: z
      .string()
      .nullable()
      .optional()
      .meta(described('With `texts=true`: the question of the turn', '`texts=true`인 경우: 해당 턴의 질문')),
    answer: z
      .string()
      .nullable()
      .optional()
      .meta(described('With `texts=true`: the judged answer', '`texts=true`인 경우: 판정한 답변')),
    reference: z
      .string()
      .nullable()
      .optional()
      .meta(
        described(
          'With `texts=true`: the reference answer; null if none',
          '`texts=true`인 경우: 참고 답변. 없으면 null',
        ),
      ),
  })
  .meta({ id: 'EvaluationResult' })

export type EvaluationResult = z.output<typeof resultSchema>
