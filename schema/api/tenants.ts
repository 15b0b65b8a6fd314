import { z } from 'zod'
import { described } from './described.ts'
import { models, scopeList, time } from './grant-fields.ts'

/** Null takes a restriction away. */
export const grantChange = z.strictObject({
  plan: z.string().min(1).max(64).optional(),
  models: models.nullable().optional(),
  scopes: scopeList.optional(),
  expires_at: time.nullable().optional(),
})

export const plan = z.object({
  id: z.string(),
  name: z.string(),
  requests_per_minute: z.number().int().min(1).max(100_000),
  concurrent: z.number().int().min(1).max(10_000).meta(described('Concurrent runs', '동시 실행 수')),
  tokens_per_day: z
    .number()
    .int()
    .min(1)
    .max(1e12)
    .meta(described('Tokens of prompts and answers per day (Korean time)', '일일 입력·출력 토큰(한국 시간)')),
  models: models.nullable().meta(described('Null allows all models', 'null이면 모든 모델 허용')),
  evaluation_rows: z
    .number()
    .int()
    .min(1)
    .max(1_000_000)
    .meta(described('Maximum rows of an evaluation', '평가 하나의 최대 행 수')),
  retention_days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .meta(described('Retention of judgments and evaluations in days', '판정과 평가의 보관 일수')),
})

export const tenant = z.object({
  id: z.string(),
  mode: z
    .enum(['live', 'test'])
    .meta(
      described('Prefix of its keys: `kev_live_` or `kev_test_`', '키 접두사: `kev_live_` 또는 `kev_test_`'),
    ),
  status: z
    .enum(['active', 'suspended', 'deleting', 'importing'])
    .meta(
      described(
        '`importing`: data is still arriving from another gateway',
        '`importing`: 다른 게이트웨이에서 데이터를 가져오는 중',
      ),
    ),
  plan: z.string(),
  models: z
    .array(z.string())
    .nullable()
    .meta(described("Null allows the plan's models", 'null이면 요금제의 모델 허용')),
  scopes: scopeList,
  application_id: z.string().nullable().meta(described('Null for the demo tenant', '체험용 테넌트이면 null')),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time
    .nullable()
    .meta(
      described(
        'Last use, to the hour; null before the first',
        '마지막 사용 시각(시간 단위). 사용한 적 없으면 null',
      ),
    ),
})

export const deletionReceipt = z.object({
  id: z.string(),
  tenant_id: z.string(),
  deleted_at: time,
  keys: z.number().meta(described('Revoked keys', '폐기한 키의 수')),
  sealed_records: z
    .number()
    .meta(described('Destroyed records of personal data', '파기한 개인정보 기록의 수')),
})
