import { z } from 'zod'
import { described } from './described.ts'

const day = z.iso.date()

export const usageDays = {
  from: day.optional().meta(described('First day; default 30 days ago', '첫날. 기본은 30일 전')),
  to: day.optional().meta(described('Last day; default today', '마지막 날. 기본은 오늘')),
}

/** `GET /v1/usage`: days are Korean days. */
export const usageQuery = z.strictObject({
  ...usageDays,
  model: z.string().max(256).optional().meta(described('This model alone', '이 모델만')),
  key: z
    .string()
    .max(64)
    .optional()
    .meta(described('The id of a key: what it used alone', '키의 id. 그 키가 쓴 것만')),
})

/** Requests that no node was asked for; `requests` counts the others. */
const answeredWithoutNode = {
  cached_edge: z.int().meta(described('Answered from a cache of a location', '가까운 곳의 캐시가 답한 것')),
  cached_stored: z.int().meta(described("Answered from the tenant's store", '테넌트의 저장소가 답한 것')),
  joined: z
    .int()
    .meta(
      described(
        'Answered by a judgment that another request had begun',
        '다른 요청이 시작한 판정을 함께 받은 것',
      ),
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
        'Median, at most a quarter above the truth; null without runs',
        '중앙값. 실제보다 최대 4분의 1 큽니다. 실행이 없으면 null',
      ),
    ),
  p95_ms: z
    .int()
    .nullable()
    .meta(
      described(
        '95 of 100 took this long or less, at most a quarter above the truth; null without runs',
        '100건 중 95건이 이 시간 안에 끝났습니다. 실제보다 최대 4분의 1 큽니다. 실행이 없으면 null',
      ),
    ),
  histogram: z
    .array(z.object({ up_to_ms: z.int(), runs: z.int() }))
    .meta(
      described(
        'Runs by how long they took: quantiles of several rows follow from its sum',
        '걸린 시간마다 실행의 수. 더하면 여러 행의 분위수를 구할 수 있습니다',
      ),
    ),
})

/** Columns of usage rows, for a tenant and for the operator. */
const counts = {
  requests: z
    .int()
    .meta(
      described(
        'Those that had to be run; judgments and chat completions',
        '실제로 실행한 것. 판정과 채팅 완성',
      ),
    ),
  rated: z.int().meta(described('Judgments with a rating', '평점이 있는 판정')),
  no_rating: z.int().meta(described('Judgments whose text holds no rating', '글에 평점이 없는 판정')),
  truncated: z.int().meta(described('Judgments that a bound of tokens cut off', '토큰 한도에서 끊긴 판정')),
  failed: z.int().meta(described('Requests that ended in an error', '오류로 끝난 요청')),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  ...answeredWithoutNode,
  latency: latencySchema.meta(
    described(
      'From admission to the stored answer, of runs that gave one',
      '접수에서 답을 저장할 때까지. 답이 나온 실행만 셉니다',
    ),
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
        tokens: z.int().meta(described('Used', '쓴 양')),
        tokens_per_day: z.int().meta(described('Allowed', '한도')),
      })
      .meta(described('The Korean day that runs', '한국 시간으로 오늘')),
  })
  .meta({ id: 'Usage' })

/** `GET /admin/v1/usage`: what the tenant objects reported, up to an hour late. */
export const rollupQuery = z.strictObject({
  ...usageDays,
  tenant: z.string().max(64).optional().meta(described('This tenant alone', '이 테넌트만')),
})

export const rollupList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ tenant_id: z.string(), day, model: z.string(), ...counts })),
  has_more: z.boolean().meta(described('Whether more follow the last entry', '마지막 항목 뒤에 더 있는지')),
})

const rateUsage = z.object({
  limit: z.int(),
  remaining: z.int(),
  reset_seconds: z.int().meta(described('Until all of it is there again', '한도가 다시 다 찰 때까지')),
})
const limitUsage = z.object({
  requests_per_minute: rateUsage.meta(described('Requests that no cache answers', '캐시가 답하지 않은 요청')),
  concurrent: z
    .object({ limit: z.int(), running: z.int() })
    .meta(described('Runs at a time', '동시에 실행하는 수')),
  tokens_per_day: rateUsage.extend({
    used: z.int().meta(described('Since midnight in Korea', '한국의 자정부터')),
    reserved: z.int().meta(described('Held for runs under way', '진행 중인 판정을 위해 잡아 둔 것')),
    resets_at: z.iso.datetime().meta(described('Midnight in Korea', '한국의 자정')),
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
          'The bounds of the key that asks; null where it has none of its own',
          '요청한 키의 한도. 따로 없으면 null',
        ),
      ),
    models: z
      .array(z.string())
      .nullable()
      .meta(described('Null allows every model served', 'null이면 모든 모델')),
    evaluation_rows: z.int().meta(described('Most rows of an evaluation', '평가 하나의 최대 행 수')),
    retention_days: z
      .int()
      .meta(
        described('Days until judgments and evaluations are deleted', '판정과 평가를 지울 때까지의 날수'),
      ),
  })
  .meta({ id: 'Limits' })
export type LimitsView = z.output<typeof limitsSchema>
