import { z } from 'zod'

const day = z.iso.date()

/** `GET /v1/usage`: days are Korean days. */
export const usageQuery = z.strictObject({
  from: day.optional().meta({ description: 'First day; default 30 days ago' }),
  to: day.optional().meta({ description: 'Last day; default today' }),
  model: z.string().max(256).optional(),
  key: z.string().max(64).optional(),
})

/** Requests that no node was asked for; `requests` counts the others. */
const answeredWithoutNode = {
  cached_edge: z.int().meta({ description: 'Answered from a cache of a location' }),
  cached_stored: z.int().meta({ description: "Answered from the tenant's store" }),
  joined: z.int().meta({ description: 'Answered by a judgment that another request had begun' }),
}

/** From admission to the stored answer, of runs that gave one. The bounds are at most a quarter above the truth. */
const latencySchema = z.object({
  count: z.int(),
  p50_ms: z.int().nullable(),
  p95_ms: z.int().nullable(),
  histogram: z
    .array(z.object({ up_to_ms: z.int(), runs: z.int() }))
    .meta({ description: 'Runs by how long they took: quantiles of several rows follow from its sum' }),
})

const counts = {
  requests: z.int(),
  rated: z.int(),
  no_rating: z.int(),
  truncated: z.int(),
  failed: z.int(),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  ...answeredWithoutNode,
  latency: latencySchema,
}

const usageRowSchema = z.object({ day, model: z.string(), key_id: z.string(), ...counts })

export type UsageRow = z.output<typeof usageRowSchema>

export const usageSchema = z
  .object({
    object: z.literal('usage'),
    from: day,
    to: day,
    data: z.array(usageRowSchema),
    today: z.object({ tokens: z.int(), tokens_per_day: z.int() }),
  })
  .meta({ id: 'Usage' })

/** `GET /admin/v1/usage`: what the tenant objects reported, up to an hour late. */
export const rollupQuery = z.strictObject({
  from: day.optional(),
  to: day.optional(),
  tenant: z.string().max(64).optional(),
})

export const rollupList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ tenant_id: z.string(), day, model: z.string(), ...counts })),
  has_more: z.boolean(),
})

const rateStanding = z.object({ limit: z.int(), remaining: z.int(), reset_seconds: z.int() })
const standing = z.object({
  requests_per_minute: rateStanding.meta({ description: 'Requests that no cache answers' }),
  concurrent: z.object({ limit: z.int(), running: z.int() }),
  tokens_per_day: rateStanding.extend({
    used: z.int(),
    reserved: z.int().meta({ description: 'Held for runs under way' }),
    resets_at: z.iso.datetime().meta({ description: 'Midnight in Korea' }),
  }),
})

/** `GET /v1/limits`: what the plan allows and what is left of it; of the key too, where it has bounds of its own. */
export const limitsSchema = z
  .object({
    object: z.literal('limits'),
    tenant: standing,
    key: standing.extend({ id: z.string() }).nullable(),
    models: z.array(z.string()).nullable().meta({ description: 'Null allows every model served' }),
    evaluation_rows: z.int(),
    retention_days: z.int(),
  })
  .meta({ id: 'Limits' })
export type LimitsView = z.output<typeof limitsSchema>
