import { and, desc, eq, gte, lte } from 'drizzle-orm'
import { z } from 'zod'
import { FailureError } from '../../schema/api/errors.ts'
import {
  nodeChanges,
  nodeList,
  nodeRegistration,
  nodeView,
  rollupList,
  rollupQuery,
} from '../../schema/api/nodes.ts'
import { usageRollups } from '../../schema/db/control.ts'
import { controlDatabase } from '../control-database.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import type { GatewayContext } from '../http/context.ts'
import { koreanDay, koreanDaysAgo } from '../limits/korean-day.ts'
import { usageCounts } from '../tenant/usage-view.ts'
import { configuredView, type NodeFindings, registeredView } from './node-view.ts'

const nodeId = z.object({ id: z.string().max(64) })
const json = <S extends z.ZodType>(schema: S) => ({ 'application/json': { schema } })
const bodyLimit = 16_384

const list = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/nodes',
    tags: ['nodes'],
    summary: 'All nodes with what the last check and the last calls found',
    responses: { 200: { description: 'Registered and configured nodes', content: json(nodeList) } },
  },
)

const register = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/nodes',
    tags: ['nodes'],
    summary: 'Register a node; it is asked for its models at once',
    request: { body: { required: true, content: json(nodeRegistration) } },
    responses: { 201: { description: 'The node', content: json(nodeView) } },
  },
)

const update = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'patch',
    path: '/admin/v1/nodes/{id}',
    tags: ['nodes'],
    summary: 'Change a node, or drain it with `draining: true`',
    request: { params: nodeId, body: { required: true, content: json(nodeChanges) } },
    responses: { 200: { description: 'The node', content: json(nodeView) } },
  },
)

const remove = apiRoute(
  { access: 'operator' },
  {
    method: 'delete',
    path: '/admin/v1/nodes/{id}',
    tags: ['nodes'],
    summary: 'Remove a node; what it is working on is not cut off',
    request: { params: nodeId },
    responses: { 204: { description: 'It is gone' } },
  },
)

const usage = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/usage',
    tags: ['nodes'],
    summary: 'Usage of all tenants by Korean day and model, up to an hour late',
    request: { query: rollupQuery },
    responses: { 200: { description: 'Sums, newest day first', content: json(rollupList) } },
  },
)

const mostRollups = 1_000

export function nodeAdminRoutes() {
  return apiRoutes()
    .openapi(list, async (c) => {
      const { nodes } = c.get('services')
      const [rows, found] = await Promise.all([nodes.rows(), findings(c)])
      const registered = rows.map((row) => registeredView(row, found(row.id)))
      const configured = nodes.configured().map((node) => configuredView(node, found(node.id)))
      return c.json({ object: 'list' as const, data: [...configured, ...registered], has_more: false }, 200)
    })
    .openapi(register, async (c) => {
      const { id, ...settings } = c.req.valid('json')
      if (!(await c.get('services').nodes.register(id, settings, c.get('operator')))) {
        throw new FailureError({ code: 'conflict', detail: `There is a node "${id}".`, source: 'gateway' })
      }
      await checkNow(c)
      return c.json(await viewOf(c, id), 201)
    })
    .openapi(update, async (c) => {
      const { id } = c.req.valid('param')
      if (!(await c.get('services').nodes.update(id, c.req.valid('json'), c.get('operator'))))
        throw noSuchNode()
      await checkNow(c)
      return c.json(await viewOf(c, id), 200)
    })
    .openapi(remove, async (c) => {
      const { nodes, nodeHealth, nodeRests, models } = c.get('services')
      const { id } = c.req.valid('param')
      if (!(await nodes.remove(id, c.get('operator')))) throw noSuchNode()
      await Promise.all([nodeHealth.forget(id), nodeRests.end(id)])
      await models.refresh(await nodes.read())
      return c.body(null, 204)
    })
    .openapi(usage, async (c) => {
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
        .limit(mostRollups + 1)
      const data = rows.slice(0, mostRollups).map((row) => ({
        tenant_id: row.tenantId,
        day: row.day,
        model: row.model,
        ...usageCounts(row),
      }))
      return c.json({ object: 'list' as const, data, has_more: rows.length > mostRollups }, 200)
    })
}

/** A changed node is asked before the answer, so that the operator sees at once whether it works. */
async function checkNow(c: GatewayContext): Promise<void> {
  const { nodes, nodeHealth, models } = c.get('services')
  const all = await nodes.read()
  await Promise.all([nodeHealth.check(all), models.refresh(all)])
}

async function viewOf(c: GatewayContext, id: string) {
  const [rows, found] = await Promise.all([c.get('services').nodes.rows(), findings(c)])
  const row = rows.find((one) => one.id === id)
  if (row === undefined) throw noSuchNode()
  return registeredView(row, found(id))
}

async function findings(c: GatewayContext): Promise<(id: string) => NodeFindings> {
  const { nodeHealth, nodeRests } = c.get('services')
  const [health, rests] = await Promise.all([nodeHealth.all(), nodeRests.all()])
  return (id) => ({ health: health.get(id), rest: rests.get(id) })
}

function noSuchNode(): FailureError {
  const detail = 'There is no registered node of this id.'
  return new FailureError({ code: 'not_found', detail, source: 'gateway' })
}
