import { z } from '@hono/zod-openapi'
import { auditRow, createdKey, key, listOf, newKey, plan } from '../../../schema/api/access.ts'
import { apiRoute, apiRoutes } from '../../http/api.ts'
import { idInPath, jsonAnswer, jsonBody, noStore } from '../../http/route-parts.ts'
import { auditView, freshKeyView, keyLimitsRow, keyView, planRow, planView } from '../views.ts'

const limit = z.coerce.number().int().min(1).max(100).default(50)

const listPlans = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/plans',
    tags: ['plans'],
    summary: 'All plans',
    responses: { 200: jsonAnswer('All plans', listOf(plan)) },
  },
)

const putPlan = apiRoute(
  { access: 'operator', bodyLimit: 16 * 1024 },
  {
    method: 'put',
    path: '/admin/v1/plans/{id}',
    tags: ['plans'],
    summary: 'Make or change a plan; its tenants feel it within seconds',
    request: {
      params: z.object({ id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/) }),
      body: jsonBody(plan.omit({ id: true }).strict()),
    },
    responses: { 200: jsonAnswer('The plan', plan) },
  },
)

const listKeys = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants/{id}/keys',
    tags: ['tenants'],
    summary: 'The keys of a tenant; never the secrets',
    request: { params: idInPath },
    responses: { 200: jsonAnswer('All keys', listOf(key)) },
  },
)

const issueKey = apiRoute(
  { access: 'operator', bodyLimit: 4 * 1024 },
  {
    method: 'post',
    path: '/admin/v1/tenants/{id}/keys',
    tags: ['tenants'],
    summary: 'Make a key for a tenant, for example for one that locked itself out; logged',
    request: { params: idInPath, body: jsonBody(newKey) },
    responses: { 201: jsonAnswer('The key, shown once', createdKey) },
  },
)

const revokeKey = apiRoute(
  { access: 'operator' },
  {
    method: 'delete',
    path: '/admin/v1/keys/{id}',
    tags: ['tenants'],
    summary: 'Revoke any key; everywhere within five seconds',
    request: { params: idInPath },
    responses: {
      200: jsonAnswer('Revoked', z.object({ id: z.string(), deleted: z.literal(true) })),
    },
  },
)

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
        before: z.coerce
          .number()
          .int()
          .min(1)
          .optional()
          .meta({ description: 'Rows with a smaller `sequence`' }),
      }),
    },
    responses: { 200: jsonAnswer('A page', listOf(auditRow)) },
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

const rotate = apiRoute(
  { access: 'operator' },
  {
    method: 'post',
    path: '/admin/v1/master-secret/rotation',
    tags: ['vault'],
    summary: 'Wrap record keys again with the current master secret; repeat until nothing remains',
    responses: {
      200: jsonAnswer(
        'How many were wrapped again, and how many remain',
        z.object({
          rewrapped: z.number(),
          remaining: z.number().meta({ description: 'Still wrapped with an older secret' }),
        }),
      ),
    },
  },
)

/** What operators call besides reviewing: plans, keys, the audit log, the master secret. */
export function operatorRoutes() {
  const routes = apiRoutes()

  routes.openapi(listPlans, async (c) => {
    const rows = await c.get('services').access.plans.list()
    return c.json({ object: 'list' as const, data: rows.map(planView), has_more: false }, 200)
  })

  routes.openapi(putPlan, async (c) => {
    const { access, authenticator } = c.get('services')
    const wanted = { id: c.req.valid('param').id, ...c.req.valid('json') }
    await access.plans.put(planRow(wanted), c.get('operator'))
    authenticator.forget()
    return c.json(wanted, 200)
  })

  routes.openapi(listKeys, async (c) => {
    const { tenants, keys } = c.get('services').access
    const tenant = await tenants.get(c.req.valid('param').id)
    const now = Date.now()
    const data = (await keys.list(tenant.id)).map((row) => keyView(row, now))
    return c.json({ object: 'list' as const, data, has_more: false }, 200)
  })

  routes.openapi(issueKey, async (c) => {
    const { access, authenticator } = c.get('services')
    const tenant = await access.tenants.get(c.req.valid('param').id)
    const { name, scopes, limits, expires_at: expires } = c.req.valid('json')
    const { writes, ...fresh } = await access.keys.prepareCreation(tenant.id, {
      name,
      ...(scopes && { scopes }),
      limits: keyLimitsRow(limits),
      ...(expires && { expiresAt: Date.parse(expires) }),
    })
    const detail = { key: fresh.row.id, scopes: fresh.row.scopes.join(' ') }
    await access.audit.commit(
      { actor: c.get('operator'), action: 'key.create', subject: tenant.id, detail },
      writes,
    )
    await access.keys.demandStored(fresh.row.id)
    authenticator.forget()
    return c.json(freshKeyView(fresh, Date.now()), 201, noStore)
  })

  routes.openapi(revokeKey, async (c) => {
    const { id } = c.req.valid('param')
    const { access, authenticator } = c.get('services')
    const write = await access.keys.prepareRevocation(id)
    const entry = { actor: c.get('operator'), action: 'key.revoke', subject: id }
    await access.audit.commit(entry, write)
    authenticator.forget()
    return c.json({ id, deleted: true as const }, 200)
  })

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

  routes.openapi(rotate, async (c) => {
    const { audit, rotateMasterSecret } = c.get('services').access
    const outcome = await rotateMasterSecret()
    const entry = {
      actor: c.get('operator'),
      action: 'master-secret.rotate',
      subject: 'vault',
      detail: outcome,
    }
    await audit.commit(entry, [])
    return c.json(outcome, 200)
  })

  return routes
}
