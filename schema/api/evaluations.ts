import { z } from 'zod'
import { inputContainers, inputFormats, inputRoles } from '../evaluation-input/row.ts'
import { protocolNames } from '../judge/protocol.ts'
import { templateNames } from '../judge/templates.ts'
import { ratingSummaries } from '../metrics/rating-summary.ts'
import { datasetReference } from './datasets.ts'
import { described } from './described.ts'
import { weightsChangeActions } from './evaluation-request.ts'
import { counts, interval, meanScoreSchema } from './evaluation-scores.ts'
import { importedSchema } from './imported.ts'
import { pauseReasons } from './pause-reasons.ts'
import { queryNumber } from './query-number.ts'

const time = z.iso.datetime()

export const published = z
  .object({ 'ko-bench': z.int(), 'keval-testset': z.int() })
  .meta(
    described(
      'Rows that equal published questions or test inputs: a judge or a model may have seen them',
      '공개된 질문이나 테스트셋 문항과 같은 행. 심판이나 모델이 학습에 사용했을 수 있습니다',
    ),
  )

export const readFileSchema = z.object({
  name: z.string().nullable().meta(described('Null if there is only one file', '파일이 하나뿐이면 null')),
  container: z.enum(inputContainers),
  gzip: z.boolean(),
  format: z.enum(inputFormats).nullable(),
  role: z.enum(inputRoles).nullable().meta(described('Role of its records', '레코드의 종류')),
  columns: z
    .record(z.string(), z.string())
    .meta(described('Fields of its first record and their use', '첫 레코드의 항목과 용도')),
})

const previewSchema = z
  .object({
    format: z.enum(inputFormats).nullable().meta(described('Format of the rows', '행의 형식')),
    rows: z.int(),
    judgments: z.int().meta(described('Planned judgments, including repeats', '예정된 판정 수(반복 포함)')),
    turns: counts.meta(described('Rows by number of turns', '턴 수별 행 수')),
    labels: z.int().meta(described('Rows with a label', '라벨이 있는 행')),
    references: z.int().meta(described('Rows with a reference', '참고 답변이 있는 행')),
    references_not_shown: z
      .int()
      .meta(
        described(
          'Rows whose reference none of their templates shows',
          '어느 템플릿에도 참고 답변이 쓰이지 않는 행',
        ),
      ),
    categories: counts.meta(
      described(
        'Rows by category; of more than 500 names the rest is `(others)`',
        '분야별 행 수. 분야가 500개를 넘으면 나머지는 `(others)`',
      ),
    ),
    models: counts.meta(
      described(
        'Rows by answering model; of more than 500 names the rest is `(others)`',
        '답변 모델별 행 수. 모델이 500개를 넘으면 나머지는 `(others)`',
      ),
    ),
    templates: counts.meta(described('Judgments of one repeat by template', '템플릿별 판정 수(반복 제외)')),
    published,
    ignored_fields: z
      .array(z.string())
      .meta(described('Fields of the file that are ignored', '파일에서 무시하는 항목')),
    skipped_rows: z
      .int()
      .meta(
        described(
          'Rows left out because an answer is empty (`empty=skip`)',
          '답변이 비어 있어 제외한 행 수(`empty=skip`)',
        ),
      ),
    files: z.array(readFileSchema).meta(described('How each file was read', '파일별 분석 결과')),
    estimated_tokens: z
      .object({ prompt: z.int(), completion: z.int() })
      .meta(
        described(
          'Tokens of all judgments; cached ones cost none',
          '전체 판정의 토큰. 캐시된 판정에는 토큰이 들지 않습니다',
        ),
      ),
  })
  .meta({ id: 'EvaluationPreview' })

export const previewAnswer = z.object({
  object: z.literal('evaluation.preview'),
  preview: previewSchema,
  dataset: datasetReference
    .extend({ version: z.int().nullable() })
    .meta(
      described(
        'The dataset as it will be called; the version is null where it is new',
        '등록될 데이터셋. 새 데이터셋이면 버전은 null',
      ),
    ),
  estimated_seconds: z
    .number()
    .nullable()
    .meta(
      described(
        'From the last evaluation with this judge; null before there is one',
        '이 심판의 최근 평가로 추정한 값. 평가 기록이 없으면 null',
      ),
    ),
})

export type EvaluationPreview = z.output<typeof previewAnswer>

export const evaluationSchema = z
  .object({
    id: z.string(),
    object: z.literal('evaluation'),
    name: z.string(),
    audit: z
      .string()
      .nullable()
      .meta(
        described(
          'The audit whose cases it judges; null for an evaluation of its own',
          '이 평가가 판정하는 심판 점검. 일반 평가에서는 null',
        ),
      ),
    created: z.int().meta(described('Unix time in seconds', 'Unix 시각(초)')),
    status: z
      .enum(['receiving', 'running', 'paused', 'completed', 'cancelled'])
      .meta(
        described(
          '`receiving`: its file is being read; `paused`: it waits for `resume` or `cancel`',
          '`receiving`: 파일을 읽는 중, `paused`: `resume` 또는 `cancel`을 기다리는 중',
        ),
      ),
    tags: z.array(z.string()),
    baseline_for: z
      .array(z.string())
      .meta(described('Tags of which it is the baseline', '이 평가가 기준인 태그')),
    dataset: datasetReference
      .nullable()
      .meta(
        described('Null while its file is read, and for an audit', '파일을 읽는 동안과 심판 점검에서는 null'),
      ),
    model: z.string().meta(described('The judge', '심판')),
    protocol: z.enum(protocolNames),
    template: z
      .enum(['auto', ...templateNames])
      .meta(described('`auto` chooses for each row', '`auto`이면 행마다 자동으로 고릅니다')),
    repeats: z.int().meta(described('Judgments per row and turn', '행·턴당 판정 횟수')),
    summary: z
      .enum(ratingSummaries)
      .meta(described('How repeats become one rating', '반복 판정을 평점 하나로 요약하는 방법')),
    rows: z.int(),
    counts: z.object({
      judgments: z.int().meta(described('Planned judgments, including repeats', '예정된 판정 수(반복 포함)')),
      rated: z.int().meta(described('Judgments with a rating, including 0', '평점이 있는 판정(0점 포함)')),
      wrong: z.int().meta(described('Judgments without a rating', '평점이 없는 판정')),
      failed: z.int().meta(described('Failed judgments; see the results', '실패한 판정. 이유는 결과 참고')),
      pending: z.int().meta(described('Pending judgments', '남은 판정')),
    }),
    score: meanScoreSchema.shape.score.meta(
      described(
        'Mean rating of all rows as a fraction; null before the end and without ratings',
        '전체 행의 평균 평점을 0~1로 나타낸 값. 끝나기 전이거나 평점이 없으면 null',
      ),
    ),
    interval,
    progress: z.number().meta(described('From 0 to 1', '0 이상 1 이하')),
    rate: z.number().nullable().meta(described('Judgments per second so far', '지금까지의 초당 판정 수')),
    seconds_left: z
      .number()
      .nullable()
      .meta(
        described(
          'Estimated from the rate so far; null if not running or nothing is judged yet',
          '현재 속도로 추정. 진행 중이 아니거나 판정이 없으면 null',
        ),
      ),
    paused_because: z
      .enum(pauseReasons)
      .nullable()
      .meta(
        described(
          'Why a running evaluation is waiting, or why it is `paused`',
          '진행 중인 평가가 대기하거나 `paused`인 이유',
        ),
      ),
    on_weights_change: z
      .enum(weightsChangeActions)
      .meta(described("Behavior when the judge's weights change", '심판의 가중치가 바뀔 때의 동작')),
    weights_digest: z
      .string()
      .nullable()
      .meta(
        described(
          'Weights of the judge; null before the first judgment',
          '심판의 가중치. 첫 판정 전에는 null',
        ),
      ),
    started_at: time.nullable(),
    progressed_at: time
      .nullable()
      .meta(described('Time of the last judgment, start or resumption', '마지막 판정, 시작 또는 재개 시각')),
    finished_at: time.nullable(),
    file_sha256: z
      .string()
      .nullable()
      .meta(described('SHA-256 of the uploaded bytes', '업로드한 파일의 SHA-256')),
    imported: importedSchema
      .nullable()
      .meta(
        described(
          'Where it was imported from; null for an evaluation of this gateway',
          '가져온 평가의 출처. 이 게이트웨이에서 실행한 평가이면 null',
        ),
      ),
    preview: previewSchema.nullable().meta(described('How the file was read', '파일 분석 결과')),
  })
  .meta({ id: 'Evaluation' })

export type Evaluation = z.output<typeof evaluationSchema>

export const evaluationList = z.object({
  object: z.literal('list'),
  data: z.array(evaluationSchema),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})

export const evaluationPageQuery = z.strictObject({
  limit: queryNumber(z.coerce.number().int().min(1).max(100).default(20)),
  after: z
    .string()
    .max(64)
    .optional()
    .meta(described('ID of the last evaluation on the previous page', '이전 페이지 마지막 평가의 ID')),
})
