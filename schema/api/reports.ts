import { z } from 'zod'
import { protocolNames } from '../judge/protocol.ts'
import { renderedMessage } from '../messages/schemas.ts'
import { ratingSummaries } from '../metrics/rating-summary.ts'
import { answerFaults } from './answer-faults.ts'
import { datasetReference } from './datasets.ts'
import { described } from './described.ts'
import { cardLine, fraction, interval, meanScoreSchema, statistics } from './evaluation-scores.ts'
import { published } from './evaluations.ts'
import { servedWeights } from './served-weights.ts'

const weightsScore = z.object({
  ...servedWeights,
  judgments: z.int(),
  rated: z.int().meta(described('Judgments with a rating, including 0', '평점이 있는 판정(0점 포함)')),
  mean_rating: z.number().nullable().meta(described('Mean rating, 0 to 10', '평균 평점, 0~10')),
  score: z.number().nullable().meta(described('The mean rating divided by 10', '평균 평점을 10으로 나눈 값')),
})

const agreementSchema = z.object({
  pairs: z.int().meta(described('Labelled judgments with a rating', '라벨과 평점이 모두 있는 판정')),
  ...(Object.fromEntries(statistics.map((name) => [name, z.number().nullable()])) as Record<
    (typeof statistics)[number],
    z.ZodNullable<z.ZodNumber>
  >),
  intervals: z.record(z.enum(statistics), interval),
  confusion: z
    .array(z.array(z.int()))
    .meta(described('Labels down, ratings across, 0 to 10', '세로는 라벨, 가로는 평점, 0~10')),
})

export const reportSchema = z
  .object({
    id: z.string(),
    object: z.literal('evaluation.report'),
    name: z.string(),
    dataset: datasetReference.nullable(),
    protocol: z.enum(protocolNames),
    model: z.string(),
    template: z.string(),
    repeats: z.int(),
    status: z.string().meta(described('Status of the evaluation', '평가의 상태')),
    complete: z
      .boolean()
      .meta(described('Whether every row is in the tables', '모든 행이 표에 반영되었는지 여부')),
    summary: meanScoreSchema.extend({ failed: z.int(), pending: z.int() }),
    diff: cardLine
      .nullable()
      .meta(
        described(
          'A point where the rating equals the label, half of one where it is off by at most 1; `counts` by difference. Null without labels',
          '평점이 라벨과 같으면 1점, 차이가 1점 이하이면 0.5점. `counts`는 차이별 개수. 라벨이 없으면 null',
        ),
      ),
    accuracy: cardLine
      .nullable()
      .meta(
        described(
          'Ratings that equal their label; `counts` has the right ones by label. Null without labels',
          '라벨과 같은 평점의 비율. `counts`는 라벨별 정답 수. 라벨이 없으면 null',
        ),
      ),
    agreement: agreementSchema
      .nullable()
      .meta(
        described('Of ratings with labels; null without labels', '평점과 라벨의 일치. 라벨이 없으면 null'),
      ),
    intervals: z.object({ score: interval, diff: interval, accuracy: interval }),
    distribution: z
      .array(z.object({ rating: z.number(), count: z.int() }))
      .meta(described('Judgments by rating', '평점별 판정 수')),
    categories: z.array(meanScoreSchema.extend({ category: z.string().nullable() })),
    turns: z.array(meanScoreSchema.extend({ turn: z.int() })),
    models: z.array(meanScoreSchema.extend({ model: z.string() })),
    per_turn: z
      .array(meanScoreSchema.extend({ model: z.string(), category: z.string().nullable(), turn: z.int() }))
      .meta(described('Every answering model in every category, turn by turn', '모델·분야·턴별 결과')),
    wrong_format: z
      .object({ share: fraction, interval })
      .meta(
        described(
          'Judgments without a rating, as a share of all, with its Wilson 95% interval',
          '평점이 없는 판정의 비율과 그 윌슨 95% 구간',
        ),
      ),
    consistency: z
      .object({
        compared: z
          .int()
          .meta(
            described(
              'Rows and turns with two rated repeats or more',
              '평점이 있는 반복 판정이 둘 이상인 행·턴',
            ),
          ),
        identical: z
          .number()
          .nullable()
          .meta(
            described(
              'The share of them whose repeats have one rating, 0 to 1',
              '그중 반복 판정의 평점이 모두 같은 비율(0~1)',
            ),
          ),
        mean_deviation: z
          .number()
          .nullable()
          .meta(
            described(
              'Mean standard deviation between repeats, in points',
              '반복 판정 간 표준 편차의 평균(점)',
            ),
          ),
        mean_range: z
          .number()
          .nullable()
          .meta(
            described(
              'Mean distance from the lowest to the highest rating, in points',
              '가장 낮은 평점과 가장 높은 평점의 차이의 평균(점)',
            ),
          ),
        widest_range: z
          .number()
          .nullable()
          .meta(described('The largest such distance, in points', '그 차이의 최댓값(점)')),
      })
      .nullable()
      .meta(
        described(
          'Self-consistency of the judge; null without repeats',
          '심판의 자기 일관성. 반복이 없으면 null',
        ),
      ),
    rating_summary: z
      .enum(ratingSummaries)
      .meta(described('How repeats became one rating', '반복 판정을 평점 하나로 요약한 방법')),
    ratings_without_probabilities: z
      .int()
      .meta(
        described(
          'Ratings used in place of an expected rating, because the node returned no probabilities',
          '노드가 확률을 제공하지 않아 기대 평점 대신 쓴 평점의 수',
        ),
      ),
    judge_noise: z
      .object({
        source: z
          .enum(['repeats', 'audit'])
          .meta(
            described(
              'The repeats of this evaluation, or an audit of the same judge and weights',
              '이 평가의 반복 판정 또는 같은 심판과 가중치의 점검',
            ),
          ),
        audit: z.string().nullable().meta(described('The ID of the audit', '점검의 ID')),
        deviation: z
          .number()
          .meta(
            described(
              'Standard deviation of repeats of one row, in points',
              '같은 행을 반복 판정한 표준 편차(점)',
            ),
          ),
        score_interval: interval.meta(
          described(
            'Where the score would lie in 95 of 100 cases if the same rows were judged again. `intervals.score` holds this noise already, beside the choice of the rows. Null for summaries other than the mean',
            '같은 행을 다시 판정할 때 100번 중 95번 점수가 들어가는 구간. `intervals.score`에는 이 오차와 행 선택의 불확실성이 모두 반영되어 있습니다. 평균이 아닌 요약이면 null',
          ),
        ),
      })
      .nullable()
      .meta(
        described(
          'Noise of the judge; null where neither repeats nor an audit of the same judge, weights, protocol and temperature measured it',
          '심판의 오차. 반복 판정도, 심판·가중치·프로토콜·온도가 같은 점검도 없으면 null',
        ),
      ),
    language_rule: z
      .object({
        checked: z
          .int()
          .meta(
            described(
              'Rated judgments whose question and answer have a script each',
              '질문과 답변의 문자를 가릴 수 있는, 평점 있는 판정',
            ),
          ),
        followed: z
          .int()
          .meta(described('The scripts differ and the judge gave 0', '문자가 다르고 0점인 판정')),
        missed: z
          .int()
          .meta(described('The scripts differ and the judge gave more', '문자가 다른데 0점보다 높은 판정')),
        zero_without_signal: z.int().meta(described('The same script and a 0', '문자가 같은데 0점인 판정')),
        neither: z.int().meta(described('The same script and more than 0', '문자가 같고 0점보다 높은 판정')),
      })
      .meta(
        described(
          'The rule of the judge prompts: 0 for an answer in another language than the question',
          '심판 프롬프트의 규칙: 질문과 다른 언어의 답변은 0점',
        ),
      ),
    published,
    failures: z
      .array(z.object({ code: z.string(), count: z.int(), rows: z.array(z.string()) }))
      .meta(
        described(
          'Failed judgments by error code, with IDs of some rows',
          '오류 코드별 실패한 판정과 일부 행의 ID',
        ),
      ),
    other_protocol: z
      .object({
        id: z.string(),
        protocol: z.enum(protocolNames),
        score: fraction,
        difference: z
          .number()
          .nullable()
          .meta(
            described('The score of this report less the other', '이 보고서의 점수에서 다른 점수를 뺀 값'),
          ),
      })
      .nullable()
      .meta(
        described(
          'The newest evaluation of the same file and judge under the other protocol',
          '같은 파일과 심판을 다른 프로토콜로 평가한 최신 결과',
        ),
      ),
    weights: z
      .array(weightsScore)
      .meta(
        described(
          'Judgments by the weights that made them. More than one: the means above mix them',
          '가중치별 판정. 둘 이상이면 위의 평균은 섞인 값입니다',
        ),
      ),
    mixed_weights: z
      .boolean()
      .meta(described('Whether more than one set of weights was used', '둘 이상의 가중치로 판정했는지 여부')),
    ignored_fields: z
      .array(z.string())
      .meta(described('Fields of the file that were not read', '파일에서 읽지 않은 항목')),
    skipped_rows: z
      .int()
      .meta(described('Rows that were left out because an answer is empty', '답변이 비어 있어 제외한 행 수')),
    answers: answerFaults
      .nullable()
      .meta(
        described(
          'Problems while the answers were collected; null if not reported',
          '답변 수집 중 발생한 문제. 정보가 없으면 null',
        ),
      ),
    references_not_shown: z
      .int()
      .meta(
        described(
          'Rows whose reference none of their templates showed to the judge',
          '어느 템플릿에도 참고 답변이 쓰이지 않은 행',
        ),
      ),
    notes: z
      .array(renderedMessage)
      .meta(described('Caveats to read before the tables', '표를 보기 전에 확인할 주의 사항')),
  })
  .meta({ id: 'EvaluationReport' })

export type Report = z.output<typeof reportSchema>
