import { z } from 'zod'
import { described } from './described.ts'

const day = z.iso.date()

export const usageDays = {
  from: day.optional().meta(described('First day; default 30 days ago', '시작일. 기본값은 30일 전')),
  to: day.optional().meta(described('Last day; default today', '종료일. 기본값은 오늘')),
}

/** `GET /v1/usage`: days are Korean days. */
export const usageQuery = z.strictObject({
  ...usageDays,
  model: z.string().max(256).optional().meta(described('Only this model', '이 모델만')),
  key: z.string().max(64).optional().meta(described('Only this key, by ID', '이 키만(ID)')),
})

/** Requests that no node was asked for; `requests` counts the others. */
const answeredWithoutNode = {
  cached_edge: z.int().meta(described('Answered from the edge cache', '엣지 캐시에서 응답')),
  cached_stored: z.int().meta(described("Answered from the tenant's store", '테넌트 저장소에서 응답')),
  joined: z
    .int()
    .meta(
      described("Answered by another request's in-flight judgment", '진행 중이던 같은 요청의 판정을 공유'),
    ),
}

/** From admission to the stored answer, of runs that gave one. The bounds are at most a quarter above the truth. */
const latencySchema = z.object({
  count: z.int(),
  p50_ms: z
    .int()
    .nullable()
    .meta(
      described(
        'Median, overestimated by at most 25%; null without runs',
        '중앙값(최대 25% 과대 추정). 실행이 없으면 null',
      ),
    ),
  p95_ms: z
    .int()
    .nullable()
    .meta(
      described(
        '95th percentile, overestimated by at most 25%; null without runs',
        '95백분위(최대 25% 과대 추정). 실행이 없으면 null',
      ),
    ),
  histogram: z
    .array(z.object({ up_to_ms: z.int(), runs: z.int() }))
    .meta(
      described(
        'Histogram of run times; sum it over rows to get quantiles',
        '실행 시간 히스토그램. 여러 행을 더하면 분위수를 구할 수 있습니다',
      ),
    ),
})

/** Columns of usage rows, for a tenant and for the operator. */
const counts = {
  requests: z
    .int()
    .meta(
      described(
        'Runs: judgments and chat completions not answered from a cache',
        '캐시 없이 실제로 실행한 판정과 채팅 완성',
      ),
    ),
  rated: z.int().meta(described('Judgments with a rating', '평점이 있는 판정')),
  no_rating: z.int().meta(described('Judgments without a rating', '평점이 없는 판정')),
  truncated: z.int().meta(described('Judgments cut off at the token limit', '토큰 한도에서 잘린 판정')),
  failed: z.int().meta(described('Failed requests', '실패한 요청')),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  ...answeredWithoutNode,
  latency: latencySchema.meta(
    described('From admission to the stored answer, for successful runs', '접수부터 저장까지(성공한 실행)'),
  ),
}

const usageRowSchema = z.object({ day, model: z.string(), key_id: z.string(), ...counts })

export type UsageRow = z.output<typeof usageRowSchema>

export const usageSchema = z
  .object({
    object: z.literal('usage'),
    from: day,
    to: day,
    data: z.array(usageRowSchema),
    today: z
      .object({
        tokens: z.int().meta(described('Used', '사용량')),
        tokens_per_day: z.int().meta(described('Allowed', '한도')),
      })
      .meta(described('Today (Korean time)', '오늘(한국 시간)')),
  })
  .meta({ id: 'Usage' })

/** `GET /admin/v1/usage`: what the tenant objects reported, up to an hour late. */
export const rollupQuery = z.strictObject({
  ...usageDays,
  tenant: z.string().max(64).optional().meta(described('Only this tenant', '이 테넌트만')),
})

export const rollupList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ tenant_id: z.string(), day, model: z.string(), ...counts })),
  has_more: z.boolean().meta(described('Whether there are more entries', '다음 항목이 있는지 여부')),
})

const rateUsage = z.object({
  limit: z.int(),
  remaining: z.int(),
  reset_seconds: z
    .int()
    .meta(described('Time until the limit is fully restored', '한도가 모두 회복될 때까지')),
})
const limitUsage = z.object({
  requests_per_minute: rateUsage.meta(
    described('Requests not answered from a cache', '캐시에서 응답하지 않은 요청'),
  ),
  concurrent: z
    .object({ limit: z.int(), running: z.int() })
    .meta(described('Concurrent runs', '동시 실행 수')),
  tokens_per_day: rateUsage.extend({
    used: z.int().meta(described('Since midnight (Korean time)', '오늘 0시(한국 시간) 이후')),
    reserved: z.int().meta(described('Reserved for in-flight runs', '진행 중인 판정이 예약한 양')),
    resets_at: z.iso.datetime().meta(described('Midnight (Korean time)', '자정(한국 시간)')),
  }),
})

/** `GET /v1/limits`: what the plan allows and what is left of it; of the key too, where it has bounds of its own. */
export const limitsSchema = z
  .object({
    object: z.literal('limits'),
    tenant: limitUsage,
    key: limitUsage
      .extend({ id: z.string() })
      .nullable()
      .meta(
        described(
          'Limits of the calling key; null if it has none of its own',
          '요청한 키의 한도. 따로 없으면 null',
        ),
      ),
    models: z
      .array(z.string())
      .nullable()
      .meta(described('Null allows all models', 'null이면 모든 모델 허용')),
    evaluation_rows: z.int().meta(described('Maximum rows of an evaluation', '평가 하나의 최대 행 수')),
    completion_mail: z
      .boolean()
      .meta(
        described(
          'True if `notify=mail` can be used: the application gave an email address',
          '`notify=mail`을 보낼 주소(신청서의 주소)가 있는지',
        ),
      ),
    retention_days: z
      .int()
      .meta(described('Retention of judgments and evaluations in days', '판정과 평가의 보관 일수')),
  })
  .meta({ id: 'Limits' })
export type LimitsView = z.output<typeof limitsSchema>
