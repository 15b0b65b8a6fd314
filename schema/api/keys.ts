import { z } from 'zod'
import { freeText } from './application.ts'
import { scopeList, time } from './grant-fields.ts'

/** Bounds of one key, below those of its tenant's plan. */
const keyLimits = z.strictObject({
  requests_per_minute: z.number().int().min(1).max(100_000).optional(),
  concurrent: z.number().int().min(1).max(10_000).optional().meta({ description: 'Runs at a time' }),
  tokens_per_day: z
    .number()
    .int()
    .min(1)
    .max(1e12)
    .optional()
    .meta({ description: 'Of prompts and answers, from midnight to midnight in Korea' }),
})

export const key = z.object({
  id: z.string(),
  object: z.literal('key'),
  name: z.string(),
  start: z.string().meta({ description: 'The first 13 characters of the key' }),
  scopes: scopeList,
  limits: keyLimits.nullable().meta({ description: "The key's own, below the plan's; null for none" }),
  created_at: time,
  expires_at: time
    .nullable()
    .meta({ description: 'Its own end or that of the tenant, whichever is earlier; null for none' }),
  last_used_at: time.nullable().meta({ description: 'To the hour; null before the first use' }),
  status: z
    .enum(['active', 'expiring', 'expired', 'revoked'])
    .meta({ description: '`expiring`: replaced, and working until its grace period ends' }),
  replaced_by: z.string().nullable().meta({ description: 'Id of the key that a rotation made' }),
})
export const createdKey = key.extend({
  key: z.string().meta({ description: 'The key itself; shown here alone' }),
})
export const newKey = z.strictObject({
  name: freeText(100),
  scopes: scopeList.optional().meta({ description: 'Left out, all that the tenant has' }),
  limits: keyLimits.optional(),
  expires_at: time.optional().meta({ description: 'Left out, it ends with the tenant' }),
})
/** Omitted fields are kept; null removes the key's own limits. */
export const keyChange = z.strictObject({
  name: freeText(100).optional(),
  limits: keyLimits
    .nullable()
    .optional()
    .meta({ description: "Replaces all of them; null takes the key's own away" }),
})
export const rotation = z.strictObject({
  grace_seconds: z
    .number()
    .int()
    .min(0)
    .max(30 * 86400)
    .optional()
    .meta({ description: 'How long the replaced key works on; default 86400, a day' }),
})

/** The answer of a claim, once: the first key of the new tenant. */
export const claimed = z.object({ tenant_id: z.string(), plan: z.string(), ...createdKey.shape })
