import { z } from 'zod'
import { described } from './described.ts'
import { servedWeights } from './served-weights.ts'

/** A line of the results. */
export const resultSchema = z
  .object({
    row: z.int().meta(described('Number of the row, from 1', '행의 번호, 1부터')),
    id: z.string().meta(described('Of the row: its own, or its number', '행의 id. 없으면 번호')),
    model: z
      .string()
      .nullable()
      .meta(described('Who answered, where the row says it', '답한 모델. 행에 적혀 있을 때')),
    category: z.string().nullable(),
    turn: z.int().meta(described('The turn that was judged: 1 or 2', '판정한 대화 차례: 1 또는 2')),
    repeat: z.int().meta(described('From 1 to `repeats`', '1부터 `repeats`까지')),
    template: z.string(),
    label: z.number().nullable().meta(described('The rating that the row came with', '행에 적혀 있던 평점')),
    rating: z
      .number()
      .nullable()
      .meta(described('0..10; 0 is a verdict, null is none', '0~10. 0은 평점이고 null은 평점 없음')),
    verdict: z
      .enum(['rated', 'no_rating', 'truncated', 'failed'])
      .meta(
        described(
          '`failed`: could not be judged, `error` says why',
          '`failed`: 판정하지 못함. 이유는 `error`에 있습니다',
        ),
      ),
    explanation: z
      .string()
      .nullable()
      .meta(described('Null when there is no judgment, or no more', '판정이 없거나 지워졌으면 null')),
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
  })
  .meta({ id: 'EvaluationResult' })

export type EvaluationResult = z.output<typeof resultSchema>
