import { z } from 'zod'
import { driftCauses } from '../audit/drift.ts'
import { relations } from '../audit/probe.ts'
import { probes } from '../audit/probes.ts'
import { problem } from '../messages/field-errors.ts'
import { ratingSummaries } from '../metrics/rating-summary.ts'
import { described } from './described.ts'
import { evaluationQuery } from './evaluation-request.ts'
import { evaluationSchema } from './evaluations.ts'
import { queryNumber } from './query-number.ts'
import { servedWeights } from './served-weights.ts'

const probeNames = probes.map(({ name }) => name)
const names = (list: string) => list.split(',').map((name) => name.trim())

const shared = evaluationQuery.pick({ name: true, preview: true, on_weights_change: true })

/** Settings of an audit: query parameters, or fields of a multipart body. */
export const auditQuery = evaluationQuery
  .pick({
    model: true,
    protocol: true,
    template: true,
    temperature: true,
    max_tokens: true,
    charset: true,
    empty: true,
  })
  .extend({
    ...shared.shape,
    sample_size: queryNumber(z.coerce.number().int().min(1).max(500).default(60)).meta(
      described(
        'Rows to draw from the file, each category in proportion',
        '파일에서 뽑을 행 수. 분야별 비율에 맞춰 뽑습니다',
      ),
    ),
    repeats: queryNumber(z.coerce.number().int().min(2).max(10).default(3)).meta(
      described(
        'Judgments of each drawn row as it is; their spread is the noise of the judge',
        '뽑은 행을 바꾸지 않고 판정하는 횟수. 평점이 흩어진 정도가 심판의 오차입니다',
      ),
    ),
    seed: queryNumber(z.coerce.number().int().min(0).max(0x7fffffff).default(1)).meta(
      described(
        'The same file, options and seed draw the same rows and make the same variants',
        '파일, 옵션, 시드가 같으면 같은 행을 뽑아 같은 방식으로 바꿉니다',
      ),
    ),
    probes: z
      .string()
      .max(2000)
      .superRefine((list, context) => {
        for (const probe of names(list).filter((name) => !probeNames.includes(name))) {
          const params = { probe: probe.slice(0, 64), probes: probeNames.join(', ') }
          context.addIssue({ code: 'custom', ...problem('unknown_probe', params) })
        }
      })
      .transform(names)
      .optional()
      .meta(
        described(
          'Names of probes, separated by commas; all by default. `repeat` always runs',
          '쉼표로 구분한 점검 항목 이름. 기본값은 전체이며 `repeat`은 항상 실행합니다',
        ),
      ),
  })
export type AuditQuery = z.output<typeof auditQuery>

/** Settings for running an earlier audit again. */
export const auditAgainQuery = z.strictObject({
  ...shared.shape,
  baseline: z
    .string()
    .max(64)
    .meta(
      described(
        'An earlier audit: its cases are judged again, and no file is read',
        '이전 점검. 그 사례를 다시 판정하며 파일은 읽지 않습니다',
      ),
    ),
  model: evaluationQuery.shape.model.optional(),
})

export const auditStatus = evaluationSchema.pick({
  status: true,
  counts: true,
  progress: true,
  rate: true,
  seconds_left: true,
  paused_because: true,
  started_at: true,
  finished_at: true,
})

const applicable = z
  .record(z.string(), z.int())
  .meta(described('Drawn rows to which each probe applies', '점검 항목별 해당 행 수'))

export const auditSchema = z
  .object({
    id: z.string(),
    object: z.literal('audit'),
    name: z.string(),
    created: z.int().meta(described('Unix time in seconds', 'Unix 시각(초)')),
    model: z.string().meta(described('The judge', '심판')),
    ...auditStatus.shape,
    evaluation: z
      .string()
      .meta(described('The evaluation that judges the cases', '점검 사례를 판정하는 평가')),
    baseline: z
      .string()
      .nullable()
      .meta(described('The audit whose cases are judged again', '사례를 다시 판정하는 기준 점검')),
    protocol: evaluationSchema.shape.protocol,
    template: evaluationSchema.shape.template,
    file_rows: z.int().meta(described('Rows of the file', '파일의 행 수')),
    rows: z.int().meta(described('Rows drawn from it', '파일에서 뽑은 행 수')),
    repeats: z
      .int()
      .meta(described('Judgments of each drawn row as it is', '뽑은 행을 바꾸지 않고 판정하는 횟수')),
    seed: z.int(),
    applicable,
    plan_digest: z
      .string()
      .meta(
        described('Audits with the same one can be compared', '이 값이 같은 점검끼리 비교할 수 있습니다'),
      ),
  })
  .meta({ id: 'Audit' })
export type Audit = z.output<typeof auditSchema>

export const auditList = z.object({
  object: z.literal('list'),
  data: z.array(auditSchema),
  has_more: z.boolean(),
})

export const auditPreview = z
  .object({
    object: z.literal('audit.preview'),
    file_rows: z.int().meta(described('Rows of the file', '파일의 행 수')),
    rows: z.int().meta(described('Rows drawn from it', '파일에서 뽑은 행 수')),
    judgments: z.int(),
    applicable,
    estimated_tokens: z.object({ prompt: z.int(), completion: z.int() }),
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
  .meta({ id: 'AuditPreview' })
export type AuditPreview = z.output<typeof auditPreview>

const interval = z.tuple([z.number(), z.number()]).nullable()
const finding = z
  .enum(['holds', 'violated', 'inconclusive'])
  .meta(
    described(
      '`violated`: broken beyond the noise of the judge; `holds`: it is not; `inconclusive`: too few rows to tell',
      '`violated`: 심판의 오차를 넘어 위반함, `holds`: 위반하지 않음, `inconclusive`: 표본이 부족해 판단할 수 없음',
    ),
  )
const pValue = z
  .number()
  .nullable()
  .meta(
    described(
      'Adjusted for all tests of the audit (Holm); null where a rate decides',
      '점검의 모든 검정을 고려해 보정한 값(Holm). 비율로 판단하는 항목에서는 null',
    ),
  )

const rated = z.object({ rating: z.number().nullable(), explanation: z.string().nullable() })
const example = z.object({
  row_id: z.string(),
  question: z.string(),
  original: z.object({ answer: z.string(), ...rated.shape }),
  variant: z.object({ answer: z.string(), ...rated.shape }),
})
export type AuditExample = z.output<typeof example>

export const auditReport = z
  .object({
    object: z.literal('audit.report'),
    audit: auditSchema,
    judge: z.object(servedWeights),
    summary: z
      .array(z.string())
      .meta(
        described(
          'What the judge can be used for, in the language of the report',
          '심판의 용도와 한계(보고서의 언어)',
        ),
      ),
    use: z.object({
      rating_band: z
        .number()
        .nullable()
        .meta(
          described(
            'Two ratings of one answer differ by less than this in 95 of 100 cases',
            '같은 답변의 두 평점 차이는 100번 중 95번 이 값보다 작습니다',
          ),
        ),
      smallest_differences: z
        .array(z.object({ rows: z.int(), points: z.number() }))
        .meta(
          described(
            'Mean ratings over so many rows that differ by less are noise of the judge',
            '이 행 수에서 평균 평점의 차이가 이보다 작으면 심판의 오차입니다',
          ),
        ),
      repeats_to_separate: z
        .array(z.object({ difference: z.number(), rows: z.int(), repeats: z.int() }))
        .meta(
          described(
            'Judgments per row after which such a difference exceeds the noise',
            '이 차이가 심판의 오차를 넘는 데 필요한 행당 판정 횟수',
          ),
        ),
    }),
    reliability: z.object({
      rows: z.int(),
      within_deviation: z
        .number()
        .nullable()
        .meta(
          described(
            'Standard deviation of repeats of one row, in points',
            '같은 행을 반복 판정한 표준 편차(점)',
          ),
        ),
      icc: z.number().nullable().meta(described('Intraclass correlation ICC(1)', '급내상관계수 ICC(1)')),
      icc_interval: interval,
      finding,
      flip_rates: z
        .array(z.object({ threshold: z.number(), rate: z.number() }))
        .meta(
          described(
            'How often two ratings of one row lie on different sides of a threshold',
            '같은 행의 두 평점이 기준값을 사이에 두고 갈리는 비율',
          ),
        ),
    }),
    probes: z.array(
      z.object({
        probe: z.string(),
        relation: z.enum(relations),
        reason: z.string(),
        source: z.string().nullable(),
        applicable: z.int(),
        compared: z.int(),
        unrated: z.int(),
        violations: z.int(),
        violation_rate: z.number().nullable(),
        violation_interval: interval,
        noise_rate: z
          .number()
          .nullable()
          .meta(
            described(
              'How often repeats of unchanged rows do the same',
              '바꾸지 않은 행을 반복 판정했을 때의 같은 비율',
            ),
          ),
        shift: z
          .number()
          .nullable()
          .meta(
            described(
              'Mean rating of the variants less that of the rows, in points',
              '바꾼 답변의 평균 평점에서 원래 평균 평점을 뺀 값(점)',
            ),
          ),
        shift_interval: interval,
        p_value: pValue,
        finding,
        worst: z.array(example),
      }),
    ),
    length: z
      .object({ slope: z.number(), interval, p_value: pValue, finding })
      .nullable()
      .meta(
        described(
          'Points that a doubling of the length brings at equal content',
          '내용이 같을 때 길이가 두 배가 되면 달라지는 점수',
        ),
      ),
    steadiness: z
      .array(
        z.object({
          summary: z.enum(ratingSummaries),
          samples: z.int(),
          deviation: z.number(),
          tokens: z.number(),
        }),
      )
      .meta(
        described(
          'Ways to make one rating of several samples, the steadiest per token first',
          '여러 표본을 평점 하나로 요약하는 방법. 토큰 사용량 대비 안정적인 순서',
        ),
      ),
    drift: z
      .object({
        baseline: z.string(),
        compared: z.int(),
        shift: z.number(),
        shift_p: z.number(),
        movement: z.number(),
        movement_p: z.number(),
        causes: z
          .array(z.enum(driftCauses))
          .meta(described('Empty if nothing changed', '달라진 점이 없으면 비어 있습니다')),
        false_alarm: z
          .number()
          .meta(
            described(
              'Chance of the cause `ratings` while the judge is the same',
              '심판이 바뀌지 않았는데 `ratings`를 원인으로 잘못 경고할 확률',
            ),
          ),
      })
      .nullable()
      .meta(described('Against the baseline; null without one', '기준 점검과의 비교. 기준이 없으면 null')),
  })
  .meta({ id: 'AuditReport' })
export type AuditReport = z.output<typeof auditReport>

const side = z.object({ id: z.string(), name: z.string(), model: z.string() })
export const auditComparison = z
  .object({
    object: z.literal('audit.comparison'),
    first: side,
    second: side,
    rating: z
      .object({
        pairs: z.int(),
        difference: z.number().nullable(),
        interval,
        p_value: z.number().nullable(),
      })
      .meta(
        described(
          'Mean ratings of the rows as they are: second less first',
          '원래 답변의 평균 평점 차이: 두 번째 − 첫 번째',
        ),
      ),
    reliability: z.array(
      z.object({
        within_deviation: z.number().nullable(),
        icc: z.number().nullable(),
        icc_interval: interval,
      }),
    ),
    probes: z.array(
      z.object({
        probe: z.string(),
        relation: z.enum(relations),
        compared: z.int(),
        only_first: z.int(),
        only_second: z.int(),
        both: z.int(),
        p_value: z
          .number()
          .meta(
            described(
              'Exact McNemar test, adjusted for all probes (Holm)',
              '정확 맥니마 검정(모든 항목을 고려해 Holm 보정)',
            ),
          ),
        better: z.enum(['first', 'second']).nullable(),
      }),
    ),
  })
  .meta({ id: 'AuditComparison' })
export type AuditComparison = z.output<typeof auditComparison>
