import type { z } from 'zod'
import type { usageQuery, usageSchema } from '../../schema/api/usage.ts'
import type { GatewayContext } from '../http/context.ts'
import { koreanDay, koreanDaysAgo } from '../limits/korean-day.ts'
import { callTenant } from './tenant-call.ts'

/** `GET /v1/usage`: the last 30 days unless others are asked for. */
export async function showUsage(
  c: GatewayContext,
  query: z.output<typeof usageQuery>,
): Promise<z.output<typeof usageSchema>> {
  const now = Date.now()
  const { from = koreanDaysAgo(now, 30), to = koreanDay(now), model, key } = query
  const { rows, tokensToday } = await callTenant(c, (tenant) => tenant.usage({ from, to, model, key }))
  const today = { tokens: tokensToday, tokens_per_day: c.get('identity').limits.tokensPerDay }
  return { object: 'usage', from, to, data: rows, today }
}
