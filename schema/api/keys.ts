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
    .meta(described('Runs at a time', '동시에 실행하는 수')),
  tokens_per_day: z
    .number()
    .int()
    .min(1)
    .max(1e12)
    .optional()
    .meta(
      described(
        'Of prompts and answers, from midnight to midnight in Korea',
        '프롬프트와 답의 토큰. 한국의 자정에서 자정까지',
      ),
    ),
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
        "The key's own, below the plan's; null for none",
        '키의 한도. 요금제보다 작습니다. 없으면 null',
      ),
    ),
  created_at: time,
  expires_at: time
    .nullable()
    .meta(
      described(
        'Its own end or that of the tenant, whichever is earlier; null for none',
        '키와 테넌트의 만료 가운데 이른 것. 없으면 null',
      ),
    ),
  last_used_at: time
    .nullable()
    .meta(described('To the hour; null before the first use', '시간 단위. 쓴 적이 없으면 null')),
  status: z
    .enum(['active', 'expiring', 'expired', 'revoked'])
    .meta(
      described(
        '`expiring`: replaced, and working until its grace period ends',
        '`expiring`: 교체되었고 유예 기간이 끝날 때까지 쓸 수 있음',
      ),
    ),
  replaced_by: z
    .string()
    .nullable()
    .meta(described('Id of the key that a rotation made', '교체로 생긴 키의 id')),
})
export const createdKey = key.extend({
  key: z.string().meta(described('The key itself; shown here alone', '키 자체. 여기서만 보여 줍니다')),
})
export const newKey = z.strictObject({
  name: freeText(100),
  scopes: scopeList
    .optional()
    .meta(described('Left out, all that the tenant has', '빼면 테넌트의 모든 권한')),
  limits: keyLimits.optional(),
  expires_at: time
    .optional()
    .meta(described('Left out, it ends with the tenant', '빼면 테넌트와 함께 끝납니다')),
})
/** Omitted fields are kept; null removes the key's own limits. */
export const keyChange = z.strictObject({
  name: freeText(100).optional(),
  limits: keyLimits
    .nullable()
    .optional()
    .meta(
      described(
        "Replaces all of them; null takes the key's own away",
        '모두 바꿉니다. null이면 키의 한도를 없앱니다',
      ),
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
        'How long the replaced key works on; default 86400, a day',
        '교체된 키를 더 쓸 수 있는 시간. 기본은 86400, 하루',
      ),
    ),
})

/** The answer of a claim, once: the first key of the new tenant. */
export const claimed = z.object({ tenant_id: z.string(), plan: z.string(), ...createdKey.shape })
