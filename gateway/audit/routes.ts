import { z } from '@hono/zod-openapi'
import { auditRow } from '../../schema/api/audit-log.ts'
import { described, summarized } from '../../schema/api/described.ts'
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
    ...summarized('What operators did, newest first', '운영자가 한 일, 새것부터'),
    request: {
      query: z.object({
        limit,
        before: queryNumber(z.coerce.number().int().min(1).optional()).meta(
          described('Rows with a smaller `sequence`', '`sequence`가 이보다 작은 줄'),
        ),
      }),
    },
    responses: { 200: jsonAnswer(described('A page', '한 쪽'), listSchema(auditRow)) },
  },
)

const verifyAudit = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/audit/verification',
    tags: ['audit'],
    ...summarized('Recomputes the hash chain of the audit log', '감사 기록의 해시 사슬을 다시 계산합니다'),
    responses: {
      200: jsonAnswer(
        described(
          'Whether a row is missing or altered, and which is the first',
          '빠지거나 바뀐 줄이 있는지, 그리고 그 첫 줄',
        ),
        z.object({
          intact: z.boolean(),
          rows: z.number().meta(described('Found intact', '온전한 줄의 수')),
          broken_at: z
            .number()
            .nullable()
            .meta(
              described(
                'The first row that is missing, altered or cut off; null when all are intact',
                '빠졌거나 바뀌었거나 잘린 첫 줄. 모두 온전하면 null',
              ),
            ),
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
