import { z } from '@hono/zod-openapi'
import { auditRow } from '../../schema/api/audit-log.ts'
import { listSchema } from '../../schema/api/lists.ts'
import { queryNumber } from '../../schema/api/query-number.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { jsonAnswer } from '../http/route-parts.ts'
import type { AuditRow } from './audit-log.ts'

const limit = queryNumber(z.coerce.number().int().min(1).max(100).default(50))

const audit = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/audit',
    tags: ['audit'],
    summary: 'What operators did, newest first',
    request: {
      query: z.object({
        limit,
        before: queryNumber(z.coerce.number().int().min(1).optional()).meta({
          description: 'Rows with a smaller `sequence`',
        }),
      }),
    },
    responses: { 200: jsonAnswer('A page', listSchema(auditRow)) },
  },
)

const verifyAudit = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/audit/verification',
    tags: ['audit'],
    summary: 'Recomputes the hash chain of the audit log',
    responses: {
      200: jsonAnswer(
        'Whether a row is missing or altered, and which is the first',
        z.object({
          intact: z.boolean(),
          rows: z.number().meta({ description: 'Found intact' }),
          broken_at: z.number().nullable().meta({
            description: 'The first row that is missing, altered or cut off; null when all are intact',
          }),
        }),
      ),
    },
  },
)

/** Routes of the operator for the audit log. */
export function auditRoutes() {
  const routes = apiRoutes()

  routes.openapi(audit, async (c) => {
    const { limit, before } = c.req.valid('query')
    const rows = await c.get('services').access.audit.list(limit + 1, before)
    const data = rows.slice(0, limit).map(auditView)
    return c.json({ object: 'list' as const, data, has_more: rows.length > limit }, 200)
  })

  routes.openapi(verifyAudit, async (c) => {
    const { rows, brokenAt } = await c.get('services').access.audit.verify()
    return c.json({ intact: brokenAt === null, rows, broken_at: brokenAt }, 200)
  })

  return routes
}

const auditView = ({ sequence, at, actor, action, subject, detail, hash }: AuditRow) => ({
  sequence,
  at: new Date(at).toISOString(),
  actor,
  action,
  subject,
  detail,
  hash,
})
