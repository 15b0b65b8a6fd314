import { z } from 'zod'
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
  concurrent: z.number().int().min(1).max(10_000).meta({ description: 'Runs at a time' }),
  tokens_per_day: z
    .number()
    .int()
    .min(1)
    .max(1e12)
    .meta({ description: 'Of prompts and answers, from midnight to midnight in Korea' }),
  models: models.nullable().meta({ description: 'Null allows every model served' }),
  evaluation_rows: z.number().int().min(1).max(1_000_000).meta({ description: 'Most rows of an evaluation' }),
  retention_days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .meta({ description: 'Days until judgments and evaluations are deleted' }),
})

export const tenant = z.object({
  id: z.string(),
  mode: z
    .enum(['live', 'test'])
    .meta({ description: 'What its keys begin with: `kev_live_` or `kev_test_`' }),
  status: z.enum(['active', 'suspended', 'deleting']),
  plan: z.string(),
  models: z.array(z.string()).nullable().meta({ description: "Null allows the plan's" }),
  scopes: scopeList,
  application_id: z.string().nullable().meta({ description: 'Null for the demo tenant' }),
  created_at: time,
  expires_at: time.nullable(),
  last_used_at: time.nullable().meta({ description: 'To the hour; null before the first use' }),
})

export const deletionReceipt = z.object({
  id: z.string(),
  tenant_id: z.string(),
  deleted_at: time,
  keys: z.number().meta({ description: 'How many were revoked' }),
  sealed_records: z.number().meta({ description: 'How many records of personal data were destroyed' }),
})
