import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'
import { renderedMessage } from '../messages/schemas.ts'
import { datasetReference } from './datasets.ts'
import { described } from './described.ts'
import { interval, statisticValues } from './evaluation-scores.ts'
import { importedFrom } from './imported.ts'
import { queryNumber } from './query-number.ts'
import { servedWeights } from './served-weights.ts'

const pairedSchema = z.object({
  pairs: z.int().meta(described('Rows in common', '공통 행 수')),
  difference: z.number().nullable().meta(described('Mean of y - x', 'y - x의 평균')),
  interval,
  p_value: z
    .number()
    .nullable()
    .meta(described('Two-sided, by paired bootstrap', '양측 검정, 짝지은 부트스트랩')),
  wins: z
    .object({ x: z.int(), tie: z.int(), y: z.int() })
    .meta(
      described('Rows where x is higher, both are equal, y is higher', 'x가 높은 행, 같은 행, y가 높은 행'),
    ),
})

export const comparisonQuery = z.strictObject({
  with: z.string().max(64).meta(described('ID of the other evaluation, y', '비교할 평가 y의 ID')),
  model: z
    .string()
    .max(200)
    .optional()
    .meta(
      described('Answering model, if the file has several', '파일에 여러 모델의 답변이 있을 때 비교할 모델'),
    ),
  with_model: z
    .string()
    .max(200)
    .optional()
    .meta(described('The answering model of the other evaluation', '다른 평가에서 답한 모델')),
})

const unpairedSchema = z.object({
  count: z.int(),
  rows: z
    .array(z.object({ row: z.int(), id: z.string().nullable(), turn: z.int(), question: z.string() }))
    .meta(described('First such rows, with the beginning of their question', '처음 몇 행과 질문의 앞부분')),
})

const comparedSchema = z.object({
  dataset: datasetReference.nullable(),
  mixed_weights: z
    .boolean()
    .meta(described('Whether more than one set of weights was used', '둘 이상의 가중치로 판정했는지 여부')),
  weights: z.array(z.object(servedWeights)).meta(described('Weights of the judge', '판정에 쓰인 가중치')),
  id: z.string(),
  name: z.string(),
  answering_model: z
    .string()
    .nullable()
    .meta(described('If one of several models was chosen', '여러 모델 가운데 하나를 골랐을 때')),
  model: z.string().meta(described('The judge', '심판')),
  protocol: z.enum(protocolNames),
  imported_from: importedFrom,
})

export const comparisonSchema = z
  .object({
    object: z.literal('evaluation.comparison'),
    x: comparedSchema,
    y: comparedSchema,
    rating: pairedSchema.meta(
      described(
        'Mean of y - x over the rows that both have: those of the same question and turn',
        '질문과 턴이 같은 행에서 y - x의 평균',
      ),
    ),
    diff: pairedSchema
      .nullable()
      .meta(described('The same over the points of the diff score', '차이 점수의 차이')),
    pairing: z
      .object({
        by_id: z
          .int()
          .meta(
            described('Turns of rows with one given ID and one question', 'ID와 질문이 모두 같은 턴의 수'),
          ),
        by_question: z.int().meta(described('Other turns of one question', '질문만 같아 짝지은 턴의 수')),
        ids_with_other_questions: z
          .int()
          .meta(
            described(
              'Given IDs that stand for different questions in x and y',
              'x와 y에서 질문이 서로 다른 ID의 수',
            ),
          ),
        unpaired: z.object({ x: unpairedSchema, y: unpairedSchema }),
      })
      .meta(
        described(
          'How rated rows were paired: by question and turn, never by position',
          '평점이 있는 행을 짝지은 방법. 질문과 턴으로 짝지으며 위치는 쓰지 않습니다',
        ),
      ),
    same_answers: z
      .boolean()
      .meta(
        described(
          'Whether both judged the same answers: two judges of one file',
          '두 평가가 같은 답변을 판정했는지(한 파일을 두 심판이 판정한 경우)',
        ),
      ),
    agreement: statisticValues
      .nullable()
      .meta(
        described(
          'Of the two ratings of each row; null unless both judged the same answers',
          '행마다 두 평점의 일치. 같은 답변을 판정한 것이 아니면 null',
        ),
      ),
    points: z
      .array(z.object({ x: z.number(), y: z.number(), count: z.int() }))
      .meta(
        described(
          'Rows by their two ratings, to the nearest half: what a plot of x against y shows',
          '두 평점 조합(0.5점 단위)별 행 수. x와 y의 산점도에 쓰는 값',
        ),
      ),
    categories: z
      .array(
        z.object({
          category: z.string().nullable(),
          rows: z.int(),
          x: z.number(),
          y: z.number(),
          difference: z.number().nullable().meta(described('Mean of y - x', 'y - x의 평균')),
          interval,
        }),
      )
      .meta(
        described(
          'Mean ratings of both and their difference, by category of x',
          'x의 분야별 두 평가의 평균 평점과 차이',
        ),
      ),
    notes: z
      .array(renderedMessage)
      .meta(described('Caveats to read before the tables', '표를 보기 전에 확인할 주의 사항')),
  })
  .meta({ id: 'EvaluationComparison' })

export type Comparison = z.output<typeof comparisonSchema>

export const pairQuery = comparisonQuery.extend({
  outcome: z
    .enum(['x', 'tie', 'y'])
    .optional()
    .meta(
      described(
        'Rows where x is higher, both are equal, or y is higher',
        'x가 높은 행, 같은 행, y가 높은 행',
      ),
    ),
  category: z.string().max(500).optional().meta(described('Rows of this category', '이 분야의 행')),
  limit: queryNumber(z.coerce.number().int().min(1).max(100).default(20)),
  offset: queryNumber(z.coerce.number().int().min(0).max(1_000_000).default(0)).meta(
    described('Rows before this page', '이 페이지보다 앞에 있는 행의 수'),
  ),
})

const pairSide = z.object({
  row: z.int().meta(described('Number of the row, from 1', '행 번호(1부터)')),
  rating: z.number().meta(described('The mean of its turns and repeats', '턴과 반복 판정의 평균')),
})

export const pairList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ category: z.string().nullable(), x: pairSide, y: pairSide })),
  total: z.int().meta(described('All rows that match the filters', '조건에 맞는 모든 행의 수')),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})
export type PairList = z.output<typeof pairList>
