import type { z } from 'zod'
import type { LimitsView, usageQuery, usageSchema } from '../../schema/api/usage.ts'
import type { GatewayContext } from '../http/context.ts'
import { callTenant } from '../http/tenant-call.ts'
import type { LimitUsage } from '../limits/limits.ts'
import { koreanDay, koreanDaysAgo } from '../platform/korean-day.ts'

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

/** `GET /v1/limits`: the plan's limits, the key's own where it has some, and what is left of them. */
export async function showLimits(c: GatewayContext): Promise<LimitsView> {
  const { keyId, tenantId, limits, keyLimits = null } = c.get('identity')
  const applied = { tenant: limits, key: keyLimits }
  const [{ tenant, key }, { applicationId }] = await Promise.all([
    callTenant(c, (object) => object.limitUsage(keyId, applied)),
    c.get('services').access.tenants.get(tenantId),
  ])
  return {
    object: 'limits',
    tenant: toLimitView(tenant),
    key: key === null ? null : { id: keyId, ...toLimitView(key) },
    models: limits.models === null ? null : [...limits.models],
    evaluation_rows: limits.evaluationRows,
    completion_mail: applicationId !== null,
    retention_days: limits.retentionDays,
  }
}

function toLimitView(use: LimitUsage): LimitsView['tenant'] {
  const { requestsPerMinute, concurrent, tokensPerDay } = use.rates
  return {
    requests_per_minute: {
      limit: requestsPerMinute,
      remaining: use.requestsRemaining,
      reset_seconds: Math.ceil(use.requestsResetMs / 1000),
    },
    concurrent: { limit: concurrent, running: use.running },
    tokens_per_day: {
      limit: tokensPerDay,
      remaining: Math.max(0, tokensPerDay - use.tokensUsed - use.tokensReserved),
      reset_seconds: Math.ceil(use.dayEndsInMs / 1000),
      used: use.tokensUsed,
      reserved: use.tokensReserved,
      resets_at: new Date(Date.now() + use.dayEndsInMs).toISOString(),
    },
  }
}
