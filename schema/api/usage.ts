import { z } from 'zod'

const day = z.iso.date()

export const usageDays = {
  from: day.optional().meta({ description: 'First day; default 30 days ago' }),
  to: day.optional().meta({ description: 'Last day; default today' }),
}

/** `GET /v1/usage`: days are Korean days. */
export const usageQuery = z.strictObject({
  ...usageDays,
  model: z.string().max(256).optional().meta({ description: 'This model alone' }),
  key: z.string().max(64).optional().meta({ description: 'The id of a key: what it used alone' }),
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
  p50_ms: z
    .int()
    .nullable()
    .meta({ description: 'Median, at most a quarter above the truth; null without runs' }),
  p95_ms: z.int().nullable().meta({
    description: '95 of 100 took this long or less, at most a quarter above the truth; null without runs',
  }),
  histogram: z
    .array(z.object({ up_to_ms: z.int(), runs: z.int() }))
    .meta({ description: 'Runs by how long they took: quantiles of several rows follow from its sum' }),
})

/** Columns of usage rows, for a tenant and for the operator. */
const counts = {
  requests: z.int().meta({ description: 'Those that had to be run; judgments and chat completions' }),
  rated: z.int().meta({ description: 'Judgments with a rating' }),
  no_rating: z.int().meta({ description: 'Judgments whose text holds no rating' }),
  truncated: z.int().meta({ description: 'Judgments that a bound of tokens cut off' }),
  failed: z.int().meta({ description: 'Requests that ended in an error' }),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  ...answeredWithoutNode,
  latency: latencySchema.meta({ description: 'From admission to the stored answer, of runs that gave one' }),
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
        tokens: z.int().meta({ description: 'Used' }),
        tokens_per_day: z.int().meta({ description: 'Allowed' }),
      })
      .meta({ description: 'The Korean day that runs' }),
  })
  .meta({ id: 'Usage' })

/** `GET /admin/v1/usage`: what the tenant objects reported, up to an hour late. */
export const rollupQuery = z.strictObject({
  ...usageDays,
  tenant: z.string().max(64).optional().meta({ description: 'This tenant alone' }),
})

export const rollupList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ tenant_id: z.string(), day, model: z.string(), ...counts })),
  has_more: z.boolean().meta({ description: 'Whether more follow the last entry' }),
})

const rateUsage = z.object({
  limit: z.int(),
  remaining: z.int(),
  reset_seconds: z.int().meta({ description: 'Until all of it is there again' }),
})
const limitUsage = z.object({
  requests_per_minute: rateUsage.meta({ description: 'Requests that no cache answers' }),
  concurrent: z.object({ limit: z.int(), running: z.int() }).meta({ description: 'Runs at a time' }),
  tokens_per_day: rateUsage.extend({
    used: z.int().meta({ description: 'Since midnight in Korea' }),
    reserved: z.int().meta({ description: 'Held for runs under way' }),
    resets_at: z.iso.datetime().meta({ description: 'Midnight in Korea' }),
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
      .meta({ description: 'The bounds of the key that asks; null where it has none of its own' }),
    models: z.array(z.string()).nullable().meta({ description: 'Null allows every model served' }),
    evaluation_rows: z.int().meta({ description: 'Most rows of an evaluation' }),
    retention_days: z.int().meta({ description: 'Days until judgments and evaluations are deleted' }),
  })
  .meta({ id: 'Limits' })
export type LimitsView = z.output<typeof limitsSchema>
