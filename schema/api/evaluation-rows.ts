import { z } from 'zod'
import { warningCodes } from '../judge/lint.ts'
import { described } from './described.ts'
import { resultSchema } from './evaluation-results.ts'
import { statistics } from './evaluation-scores.ts'
import { warningSchema } from './judgments.ts'
import { queryNumber } from './query-number.ts'

/** The verdicts of a judge, and `failed` and `pending`. */
export const rowVerdicts = ['rated', 'no_rating', 'truncated', 'failed', 'pending'] as const
export const rowOrders = ['row', 'lowest_rating', 'highest_rating', 'disagreement'] as const
export const labelledStates = ['yes', 'by_hand', 'no'] as const

const rating = () => queryNumber(z.coerce.number().min(0).max(10).optional())

/** Texts that `search` covers: `judged` leaves out the judge's text, which would influence a person who labels blind. */
export const searchPlaces = ['all', 'judged'] as const

/** Chooses rows: a row is found when one of its judgments fits every filter. */
const filterFields = {
  search_in: z
    .enum(searchPlaces)
    .default('all')
    .meta(
      described(
        '`judged`: the search leaves out explanations and notes',
        '`judged`: 검색에서 설명과 메모를 제외합니다',
      ),
    ),
  search: z
    .string()
    .trim()
    .max(200)
    .optional()
    .meta(
      described(
        'Text in the ID, question, answer, reference, explanation or note; the case of Latin letters does not count',
        'ID, 질문, 답변, 참고 답변, 설명, 메모에서 찾을 문자열. 영문 대소문자는 구별하지 않습니다',
      ),
    ),
  category: z.string().max(500).optional().meta(described('Rows of this category', '이 분야의 행')),
  model: z
    .string()
    .max(500)
    .optional()
    .meta(described('Rows of this answering model', '이 모델이 답변한 행')),
  turn: queryNumber(z.coerce.number().int().min(1).max(2).optional()).meta(
    described('Looks only at judgments of this turn', '이 턴의 판정만'),
  ),
  verdict: z.enum(rowVerdicts).optional(),
  warning: z
    .enum(warningCodes)
    .optional()
    .meta(described('Judgments with this warning', '이 경고가 있는 판정')),
  min_rating: rating().meta(described('Rated this or higher', '평점이 이 값 이상')),
  max_rating: rating().meta(described('Rated this or lower', '평점이 이 값 이하')),
  labelled: z
    .enum(labelledStates)
    .optional()
    .meta(
      described(
        '`yes`: with a label; `by_hand`: with one given by hand; `no`: without any',
        '`yes`: 라벨이 있는 행. `by_hand`: 직접 붙인 라벨이 있는 행. `no`: 라벨이 없는 행',
      ),
    ),
  min_difference: rating().meta(
    described('Rating and label differ by this or more', '평점과 라벨의 차이가 이 값 이상'),
  ),
  sort: z
    .enum(rowOrders)
    .default('row')
    .meta(
      described(
        '`disagreement`: the largest difference of rating and label first',
        '`disagreement`: 평점과 라벨의 차이가 큰 순서',
      ),
    ),
}

export const rowFilter = z.strictObject(filterFields)
export type RowFilter = z.output<typeof rowFilter>

export const rowPageQuery = rowFilter.extend({
  limit: queryNumber(z.coerce.number().int().min(1).max(100).default(50)),
  offset: queryNumber(z.coerce.number().int().min(0).max(1_000_000).default(0)).meta(
    described('Rows before this page', '이 페이지보다 앞에 있는 행의 수'),
  ),
})
export type RowPageQuery = z.output<typeof rowPageQuery>

/** Summary of all judgments of one turn of a row. */
const turnResult = {
  turn: z.int(),
  rating: z
    .number()
    .nullable()
    .meta(
      described('The mean of its repeats; null without a rating', '반복 판정의 평균. 평점이 없으면 null'),
    ),
  judgments: z.int().meta(described('Planned judgments, including repeats', '예정된 판정 수(반복 포함)')),
  verdict: z.enum(rowVerdicts).meta(described('The verdict of its first repeat', '첫 번째 반복의 결과')),
  label: z
    .number()
    .nullable()
    .meta(described('The one given by hand, else the one of the file', '직접 붙인 라벨. 없으면 파일의 라벨')),
  difference: z.number().nullable().meta(described('`rating` minus `label`', '`rating`에서 `label`을 뺀 값')),
}

const handLabel = z
  .object({
    label: z.number().min(0).max(10),
    note: z.string(),
    key: z.string().meta(described('ID of the key that gave it', '라벨을 붙인 키의 ID')),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'RowLabel' })

const rowName = {
  row: z.int().meta(described('Number of the row, from 1', '행 번호(1부터)')),
  id: z.string().meta(described('Of the row: its own, or its number', '행의 ID. 없으면 번호')),
  model: z
    .string()
    .nullable()
    .meta(described('Answering model, if the row names it', '답변한 모델. 행에 있는 경우')),
  category: z.string().nullable(),
}

export const rowSummary = z
  .object({
    ...rowName,
    question: z.string().meta(described('Beginning of the first question', '첫 질문의 앞부분')),
    answer: z.string().meta(described('Beginning of the first answer', '첫 답변의 앞부분')),
    turns: z.array(z.object({ ...turnResult, labelled_by_hand: z.boolean() })),
  })
  .meta({ id: 'EvaluationRowSummary' })
export type RowSummary = z.output<typeof rowSummary>

export const rowList = z.object({
  object: z.literal('list'),
  data: z.array(rowSummary),
  total: z.int().meta(described('All rows that match the filters', '조건에 맞는 모든 행의 수')),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})
export type RowList = z.output<typeof rowList>

const { repeat, template, rating: judged, explanation, judgment_id, error } = resultSchema.shape

const rowTurn = z.object({
  ...turnResult,
  question: z
    .string()
    .nullable()
    .meta(
      described(
        'Null if the prompt of a test set does not show it',
        '테스트셋 프롬프트에서 알 수 없으면 null',
      ),
    ),
  answer: z.string().nullable(),
  reference: z.string().nullable(),
  labelled_by_hand: handLabel
    .nullable()
    .meta(described('Null without a manual label', '직접 붙인 라벨이 없으면 null')),
  results: z
    .array(
      z.object({
        repeat,
        template,
        rating: judged,
        verdict: z.enum(rowVerdicts),
        explanation,
        judgment_id,
        warnings: z
          .array(warningSchema)
          .meta(described('Reasons to trust this judgment less', '이 판정의 신뢰도를 낮추는 요인')),
        error,
      }),
    )
    .meta(described('One for each repeat', '반복별 판정')),
})
export type RowTurn = z.output<typeof rowTurn>

export const rowSchema = z
  .object({
    object: z.literal('evaluation.row'),
    evaluation: z.string().meta(described('The ID of an evaluation', '평가의 ID')),
    ...rowName,
    prompt: z
      .string()
      .nullable()
      .meta(
        described(
          'The prompt of a test set, where the row is one; otherwise null',
          '행이 테스트셋 프롬프트이면 그 내용. 아니면 null',
        ),
      ),
    turns: z.array(rowTurn),
    place: z
      .object({
        position: z.int(),
        total: z.int(),
        previous: z.int().nullable(),
        next: z.int().nullable(),
      })
      .nullable()
      .meta(
        described(
          'Its position among the rows that match the filters; null if it does not match',
          '조건에 맞는 행에서의 순서. 조건에 맞지 않으면 null',
        ),
      ),
  })
  .meta({ id: 'EvaluationRow' })
export type EvaluationRow = z.output<typeof rowSchema>

export const labelBody = z.strictObject({
  label: z.number().min(0).max(10).meta(described('The expected rating', '기대하는 평점')),
  note: z.string().max(2000).default(''),
})

/** Agreement of the judge with all labels, those of the file and those given by hand. */
export const rowAgreement = z
  .object({
    object: z.literal('evaluation.agreement'),
    pairs: z.int().meta(described('Labelled judgments with a rating', '라벨과 평점이 모두 있는 판정')),
    by_hand: z.int().meta(described('Manual labels', '직접 붙인 라벨의 수')),
    ...(Object.fromEntries(statistics.map((name) => [name, z.number().nullable()])) as Record<
      (typeof statistics)[number],
      z.ZodNullable<z.ZodNumber>
    >),
  })
  .meta({ id: 'EvaluationAgreement' })
export type RowAgreement = z.output<typeof rowAgreement>

/** A line of the export of labels. */
export const exportedLabel = z
  .object({
    ...rowName,
    turn: z.int(),
    label: z.number(),
    note: z.string(),
    rating: z
      .number()
      .nullable()
      .meta(
        described('The mean of its repeats; null without a rating', '반복 판정의 평균. 평점이 없으면 null'),
      ),
    question: z.string().nullable(),
    answer: z.string().nullable(),
    key: z.string().meta(described('ID of the key that gave it', '라벨을 붙인 키의 ID')),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'ExportedLabel' })
export type ExportedLabel = z.output<typeof exportedLabel>
