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
    ...summarized('List the audit log of operators, newest first', '운영자 감사 기록(최신순)'),
    request: {
      query: z.object({
        limit,
        before: queryNumber(z.coerce.number().int().min(1).optional()).meta(
          described('Entries with a smaller `sequence`', '`sequence`가 이 값보다 작은 기록'),
        ),
        actor: z
          .string()
          .max(254)
          .optional()
          .meta(described('Only entries of this operator', '이 운영자의 기록만')),
        action: z.string().max(64).optional().meta(described('Only this action', '이 작업만')),
        subject: z.string().max(64).optional().meta(described('Only this subject, by ID', '이 대상만(ID)')),
      }),
    },
    responses: { 200: jsonAnswer(described('One page', '목록 한 페이지'), listSchema(auditRow)) },
  },
)

const verifyAudit = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/audit/verification',
    tags: ['audit'],
    ...summarized('Verify the hash chain of the audit log', '감사 기록의 해시 체인 검증'),
    responses: {
      200: jsonAnswer(
        described(
          'Whether an entry is missing or altered, and the first such entry',
          '누락되거나 변조된 기록이 있는지 여부와 그 첫 기록',
        ),
        z.object({
          intact: z.boolean(),
          rows: z.number().meta(described('Intact entries', '무결성이 확인된 기록의 수')),
          broken_at: z
            .number()
            .nullable()
            .meta(
              described(
                'First entry that is missing, altered or cut off; null if all are intact',
                '누락되었거나 변조되었거나 잘린 첫 기록. 이상이 없으면 null',
              ),
            ),
        }),
      ),
    },
  },
)

/** Routes of the operator for the audit log. */
export function auditLogRoutes() {
  const routes = apiRoutes()

  routes.openapi(audit, async (c) => {
    const { limit, before, ...filter } = c.req.valid('query')
    const rows = await c.get('services').access.audit.list(limit + 1, before, filter)
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
