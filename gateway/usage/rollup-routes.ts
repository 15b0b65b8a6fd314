import { and, desc, eq, gte, lte } from 'drizzle-orm'
import { described, summarized } from '../../schema/api/described.ts'
import { rollupList, rollupQuery } from '../../schema/api/usage.ts'
import { usageRollups } from '../../schema/db/control.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { jsonAnswer } from '../http/route-parts.ts'
import { controlDatabase } from '../platform/control-database.ts'
import { koreanDay, koreanDaysAgo } from '../platform/korean-day.ts'
import { usageCounts } from './usage-view.ts'

const usage = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/usage',
    tags: ['nodes'],
    ...summarized(
      'Usage of all tenants by day (Korean time) and model, up to an hour late',
      '모든 테넌트의 날짜(한국 시간)·모델별 사용량. 최대 한 시간 늦게 반영됩니다',
    ),
    request: { query: rollupQuery },
    responses: { 200: jsonAnswer(described('Totals, newest day first', '합계(최신 날짜순)'), rollupList) },
  },
)

const maxRollups = 1_000

/** The sums that the tenant objects send, for operators. */
export function rollupRoutes() {
  return apiRoutes().openapi(usage, async (c) => {
    const now = Date.now()
    const { from = koreanDaysAgo(now, 30), to = koreanDay(now), tenant } = c.req.valid('query')
    const rows = await controlDatabase(c.env.DB)
      .select()
      .from(usageRollups)
      .where(
        and(
          gte(usageRollups.day, from),
          lte(usageRollups.day, to),
          tenant === undefined ? undefined : eq(usageRollups.tenantId, tenant),
        ),
      )
      .orderBy(desc(usageRollups.day), usageRollups.tenantId, usageRollups.model)
      .limit(maxRollups + 1)
    const data = rows.slice(0, maxRollups).map((row) => ({
      tenant_id: row.tenantId,
      day: row.day,
      model: row.model,
      ...usageCounts(row),
    }))
    return c.json({ object: 'list' as const, data, has_more: rows.length > maxRollups }, 200)
  })
}
