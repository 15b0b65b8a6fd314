import { z } from 'zod'
import { freeText } from './application.ts'
import { described } from './described.ts'
import { scopeList, time } from './grant-fields.ts'

/** Bounds of one key, below those of its tenant's plan. */
const keyLimits = z.strictObject({
  requests_per_minute: z.number().int().min(1).max(100_000).optional(),
  concurrent: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .meta(described('Concurrent runs', '동시 실행 수')),
  tokens_per_day: z
    .number()
    .int()
    .min(1)
    .max(1e12)
    .optional()
    .meta(described('Tokens of prompts and answers per day (Korean time)', '일일 입력·출력 토큰(한국 시간)')),
})

export const key = z.object({
  id: z.string(),
  object: z.literal('key'),
  name: z.string(),
  start: z.string().meta(described('The first 13 characters of the key', '키의 앞 13자')),
  scopes: scopeList,
  limits: keyLimits
    .nullable()
    .meta(
      described(
        "The key's own limits, below the plan's; null if none",
        '키 자체 한도(요금제 한도 이하). 없으면 null',
      ),
    ),
  created_at: time,
  expires_at: time
    .nullable()
    .meta(
      described(
        'Expiry of the key or its tenant, whichever is earlier; null if none',
        '키와 테넌트의 만료 시각 중 이른 것. 없으면 null',
      ),
    ),
  last_used_at: time
    .nullable()
    .meta(
      described(
        'Last use, to the hour; null before the first',
        '마지막 사용 시각(시간 단위). 사용한 적 없으면 null',
      ),
    ),
  status: z
    .enum(['active', 'expiring', 'expired', 'revoked'])
    .meta(
      described(
        '`expiring`: rotated, valid until its grace period ends',
        '`expiring`: 교체됨. 유예 기간이 끝날 때까지 유효',
      ),
    ),
  replaced_by: z
    .string()
    .nullable()
    .meta(described('ID of the key that replaced it', '이 키를 대체한 새 키의 ID')),
})
export const createdKey = key.extend({
  key: z.string().meta(described('The key; shown only here', 'API 키. 지금만 표시됩니다')),
})
export const newKey = z.strictObject({
  name: freeText(100),
  scopes: scopeList
    .optional()
    .meta(described('Default: all scopes of the tenant', '기본값: 테넌트의 모든 권한')),
  limits: keyLimits.optional(),
  expires_at: time
    .optional()
    .meta(described('Default: expires with the tenant', '기본값: 테넌트와 함께 만료')),
})
/** Omitted fields are kept; null removes the key's own limits. */
export const keyChange = z.strictObject({
  name: freeText(100).optional(),
  limits: keyLimits
    .nullable()
    .optional()
    .meta(
      described('Replaces all limits of the key; null removes them', '키 한도를 모두 교체. null이면 제거'),
    ),
})
export const rotation = z.strictObject({
  grace_seconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86400)
    .optional()
    .meta(
      described(
        'Seconds the replaced key stays valid; default 86400, one day',
        '기존 키의 유예 시간(초). 기본값 86400(하루)',
      ),
    ),
})

/** The answer of a claim, once: the first key of the new tenant. */
export const claimed = z.object({ tenant_id: z.string(), plan: z.string(), ...createdKey.shape })
