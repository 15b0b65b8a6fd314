import { z } from 'zod'
import { problem } from '../messages/field-errors.ts'
import { datasetReference } from './datasets.ts'
import { described } from './described.ts'
import { interval, meanScoreSchema } from './evaluation-scores.ts'
import { evaluationPageQuery } from './evaluations.ts'
import { importedFrom } from './imported.ts'
import { queryNumber } from './query-number.ts'
import { servedWeights } from './served-weights.ts'
import { maxTags, tag } from './tag.ts'

export const evaluationOrders = ['newest', 'oldest', 'name', 'score'] as const

/** Query of a list of evaluations. */
export const evaluationListQuery = evaluationPageQuery.extend({
  search: z
    .string()
    .trim()
    .max(200)
    .optional()
    .meta(described('Part of the name, in any case', '이름의 일부(대소문자 구분 없음)')),
  tag: tag.optional().meta(described('Evaluations with this tag', '이 태그가 있는 평가')),
  dataset: z
    .string()
    .max(200)
    .optional()
    .meta(described('Evaluations of this dataset, by its name', '이 이름의 데이터셋으로 한 평가')),
  sort: z
    .enum(evaluationOrders)
    .default('newest')
    .meta(
      described(
        '`score`: highest first, those without one last',
        '`score`: 높은 점수부터, 점수가 없는 평가는 마지막',
      ),
    ),
})
export type EvaluationListQuery = z.output<typeof evaluationListQuery>

export const tagList = z.object({
  object: z.literal('list'),
  data: z.array(
    z.object({
      tag,
      evaluations: z.int().meta(described('Evaluations with this tag', '이 태그가 있는 평가 수')),
    }),
  ),
})

/** Fields of an evaluation that may be changed at any time. */
export const evaluationChange = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  tags: z
    .array(tag)
    .max(maxTags)
    .optional()
    .meta(described('Replaces the existing tags', '기존 태그를 대체합니다')),
  baseline_for: z
    .array(tag)
    .max(maxTags)
    .optional()
    .meta(
      described(
        'Tags of this evaluation for which it is the baseline; it takes the place of the baseline before',
        '이 평가를 기준으로 쓸 태그(이 평가의 태그여야 함). 이전 기준을 대신합니다',
      ),
    ),
})
export type EvaluationChange = z.output<typeof evaluationChange>

export const historyQuery = z
  .strictObject({
    tag: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .meta(
        described(
          'Tag of the runs; this or `dataset` is required',
          '조회할 태그. `dataset`과 둘 중 하나는 필수',
        ),
      ),
    dataset: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .meta(described('Dataset of the runs', '조회할 데이터셋 이름')),
    limit: queryNumber(z.coerce.number().int().min(1).max(50).default(20)).meta(
      described('Number of latest runs', '최근 실행 수'),
    ),
  })
  .refine(({ tag, dataset }) => tag !== undefined || dataset !== undefined, {
    path: ['tag'],
    ...problem('tag_or_dataset'),
  })
export type HistoryQuery = z.output<typeof historyQuery>

export const evaluationHistory = z
  .object({
    object: z.literal('evaluation.history'),
    tag: z.string().nullable().meta(described('The requested tag', '요청한 태그')),
    dataset: z.string().nullable().meta(described('The requested dataset', '요청한 데이터셋')),
    baseline: z
      .string()
      .nullable()
      .meta(described('The evaluation that is the baseline of the tag', '태그의 기준 평가')),
    data: z
      .array(
        z.object({
          id: z.string(),
          name: z.string(),
          created: z.int().meta(described('Unix time in seconds', 'Unix 시각(초)')),
          model: z.string().meta(described('The judge', '심판')),
          protocol: z.string(),
          rows: z.int(),
          rated: z.int(),
          mean_rating: meanScoreSchema.shape.mean_rating,
          score: meanScoreSchema.shape.score,
          interval,
          dataset: datasetReference.nullable(),
          imported_from: importedFrom,
          weights: z.array(z.object(servedWeights)).meta(described('Weights of the judge', '판정한 가중치')),
          changed: z
            .array(z.enum(['dataset', 'judge', 'protocol', 'weights', 'gateway']))
            .meta(
              described(
                'What differs from the previous run; if anything differs, the scores are not comparable',
                '직전 실행과 달라진 점. 달라진 점이 있으면 두 점수를 비교할 수 없습니다',
              ),
            ),
        }),
      )
      .meta(described('Completed runs, oldest first', '완료된 실행(오래된 순)')),
  })
  .meta({ id: 'EvaluationHistory' })
export type EvaluationHistory = z.output<typeof evaluationHistory>
