import { z } from 'zod'
import { described } from './described.ts'

export const counts = z.record(z.string(), z.int())
export const interval = z
  .tuple([z.number(), z.number()])
  .nullable()
  .meta(described('Bootstrap 95% interval', '부트스트랩 95% 구간'))
export const fraction = z
  .number()
  .nullable()
  .meta(described('From 0 to 1; null without data', '0~1. 데이터가 없으면 null'))

export const cardLine = z.object({
  score: fraction,
  wrong: z
    .int()
    .meta(
      described(
        'Labelled judgments without a rating; they count in `length` and score 0 points',
        '라벨은 있으나 평점이 없는 판정. `length`에 포함되고 0점입니다',
      ),
    ),
  length: z.int().meta(described('Labelled judgments', '라벨이 있는 판정')),
  counts,
})

export const meanScoreSchema = z.object({
  rows: z.int(),
  judgments: z
    .int()
    .meta(described('Judgments so far, including turns and repeats', '지금까지의 판정 수(턴과 반복 포함)')),
  rated: z.int().meta(described('Judgments with a rating, including 0', '평점이 있는 판정(0점 포함)')),
  wrong: z.int().meta(described('Judgments without a rating', '평점이 없는 판정')),
  mean_rating: z.number().nullable().meta(described('Mean rating, 0 to 10', '평균 평점, 0~10')),
  score: z
    .number()
    .nullable()
    .meta(
      described(
        'The mean rating divided by 10; null without ratings',
        '평균 평점을 10으로 나눈 값. 평점이 없으면 null',
      ),
    ),
  interval,
  few_rows: z.boolean().meta(described('Fewer than 50 rows', '50행 미만인지 여부')),
})

/** The score of an evaluation as a whole. */
export interface OverallScore {
  score: number
  interval: z.output<typeof interval>
}

export const statistics = [
  'spearman',
  'kendall_tau_b',
  'cohen_kappa',
  'quadratic_weighted_kappa',
  'mean_absolute_error',
] as const
export const statisticValues = z.record(z.enum(statistics), z.number().nullable())
