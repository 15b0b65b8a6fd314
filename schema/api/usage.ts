import { z } from 'zod'

const day = z.iso.date()

/** `GET /v1/usage`: days are Korean days. */
export const usageQuery = z.strictObject({
  from: day.optional().meta({ description: 'First day; default 30 days ago' }),
  to: day.optional().meta({ description: 'Last day; default today' }),
  model: z.string().max(256).optional(),
  key: z.string().max(64).optional(),
})

export const usageRowSchema = z.object({
  day,
  model: z.string(),
  key_id: z.string(),
  requests: z.int(),
  rated: z.int(),
  no_rating: z.int(),
  truncated: z.int(),
  failed: z.int(),
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
})

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
