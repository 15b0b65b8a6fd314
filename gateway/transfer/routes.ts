import { z } from '@hono/zod-openapi'
import { described, summarized } from '../../schema/api/described.ts'
import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import { queryNumber } from '../../schema/api/query-number.ts'
import {
  appendedRows,
  importEnd,
  importQuery,
  storedRows,
  tableRows,
  tenantExport,
  transferVersion,
} from '../../schema/api/tenant-transfer.ts'
import { tenant } from '../../schema/api/tenants.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'
import { tenantView } from '../access/views.ts'
import { apiRoute, apiRoutes } from '../http/api.ts'
import { publicOrigin } from '../http/public-origin.ts'
import { idInPath, jsonAnswer, jsonBody } from '../http/route-parts.ts'
import { controlDatabase, isDuplicate } from '../platform/control-database.ts'
import { endImport, findOccupied, readControlRows, writeControlRows } from './control-rows.ts'
import { tenantTables } from './tenant-tables-rpc.ts'

const tags = ['tenants']
const tableInPath = idInPath.extend({ table: z.string().max(100) })
const bodyLimit = 16 * 1024 * 1024

const start = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants/{id}/export',
    tags,
    ...summarized(
      'Export a suspended tenant: its settings, hashes of keys, usage and list of tables; logged',
      '정지된 테넌트 내보내기: 설정, 키의 해시, 사용량, 표 목록. 감사 기록에 남습니다',
    ),
    request: { params: idInPath },
    responses: {
      200: jsonAnswer(described('The tenant without its tables', '표를 제외한 테넌트'), tenantExport),
    },
  },
)

const page = apiRoute(
  { access: 'operator' },
  {
    method: 'get',
    path: '/admin/v1/tenants/{id}/export/{table}',
    tags,
    ...summarized(
      'Export a page of a table of a suspended tenant',
      '정지된 테넌트의 표를 한 페이지 내보내기',
    ),
    request: {
      params: tableInPath,
      query: z.strictObject({
        after: queryNumber(z.coerce.number().int().min(0).default(0)).meta(
          described('`next` of the page before', '이전 페이지의 `next`'),
        ),
      }),
    },
    responses: { 200: jsonAnswer(described('A page of rows', '행 한 페이지'), tableRows) },
  },
)

const begin = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/tenants/import',
    tags,
    ...summarized(
      'Begin the import of an exported tenant; nobody can use it until the import has ended; logged',
      '내보낸 테넌트 가져오기 시작. 완료할 때까지 이용할 수 없습니다. 감사 기록에 남습니다',
    ),
    request: { query: importQuery, body: jsonBody(tenantExport) },
    responses: { 201: jsonAnswer(described('The tenant, `importing`', '`importing` 상태의 테넌트'), tenant) },
  },
)

const append = apiRoute(
  { access: 'operator', bodyLimit },
  {
    method: 'post',
    path: '/admin/v1/tenants/{id}/import/{table}',
    tags,
    ...summarized(
      'Store the next rows of a table of a tenant that is imported; may be repeated',
      '가져오는 테넌트의 표에 다음 행 저장. 같은 요청을 반복해도 됩니다',
    ),
    request: { params: tableInPath, body: jsonBody(appendedRows) },
    responses: { 200: jsonAnswer(described('Rows stored so far', '지금까지 저장한 행 수'), storedRows) },
  },
)

const end = apiRoute(
  { access: 'operator', bodyLimit: 64 * 1024 },
  {
    method: 'post',
    path: '/admin/v1/tenants/{id}/import',
    tags,
    ...summarized(
      'End an import: the tenant is complete and suspended until it is resumed; logged',
      '가져오기 완료. 테넌트는 재개할 때까지 정지 상태입니다. 감사 기록에 남습니다',
    ),
    request: { params: idInPath, body: jsonBody(importEnd) },
    responses: { 200: jsonAnswer(described('The tenant, `suspended`', '`suspended` 상태의 테넌트'), tenant) },
  },
)

/** Routes of the operator that move a tenant to another gateway, in requests of bounded size. */
export function transferRoutes() {
  return apiRoutes()
    .openapi(start, async (c) => {
      const { id } = c.req.valid('param')
      const { access } = c.get('services')
      const { status } = await access.tenants.get(id)
      requireStatus(status, 'suspended')
      const entry = { actor: c.get('operator'), action: 'tenant.export', subject: id }
      await access.audit.commit(entry, [])
      const { status: _, ...rows } = (await readControlRows(controlDatabase(c.env.DB), id))!
      const head = {
        object: 'tenant.export' as const,
        version: transferVersion,
        gateway: publicOrigin(c),
        exported_at: new Date().toISOString(),
        ...rows,
        tables: await tenantTables(c.env, id).list(),
      }
      return c.json(head, 200)
    })
    .openapi(page, async (c) => {
      const { id, table } = c.req.valid('param')
      requireStatus((await c.get('services').access.tenants.get(id)).status, 'suspended')
      const found = await tenantTables(c.env, id).page(table, c.req.valid('query').after)
      if (found === null) {
        throw new FailureError(invalidRequest([fieldError('table', 'transfer_unknown_table', { table })]))
      }
      return c.json({ object: 'tenant.rows' as const, table, ...found }, 200)
    })
    .openapi(begin, async (c) => {
      const { access, authenticator } = c.get('services')
      const given = c.req.valid('json')
      const { id } = given.tenant
      if (given.version > transferVersion) {
        const error = fieldError('version', 'archive_version', { maximum: transferVersion })
        throw new FailureError(invalidRequest([error]))
      }
      const database = controlDatabase(c.env.DB)
      const occupied = await findOccupied(database, given)
      if (occupied !== null) throw new FailureError(occupied)
      if (!(await tenantTables(c.env, id).isEmpty())) {
        throw new FailureError({
          code: 'conflict',
          ...reason('tenant_has_data', { tenant: id }),
          source: 'gateway',
        })
      }
      const { keys } = c.req.valid('query')
      const detail = { gateway: given.gateway, exported_at: given.exported_at, keys }
      const entry = { actor: c.get('operator'), action: 'tenant.import', subject: id, detail }
      try {
        const revokedAt = keys === 'revoke' ? Date.now() : null
        const hooks = await c.get('services').webhooks.prepareMoved(id, given.webhooks)
        await access.audit.commit(entry, writeControlRows(database, given, revokedAt, hooks))
      } catch (error) {
        // two imports of one tenant began together
        if (!isDuplicate(error, 'tenants')) throw error
        const why = reason('tenant_exists', { tenant: id, status: 'importing' })
        throw new FailureError({ code: 'conflict', ...why, source: 'gateway' })
      }
      authenticator.forget()
      return c.json(tenantView(await access.tenants.get(id)), 201)
    })
    .openapi(append, async (c) => {
      const { id, table } = c.req.valid('param')
      requireStatus((await c.get('services').access.tenants.get(id)).status, 'importing')
      const { from, columns, rows } = c.req.valid('json')
      const stored = await tenantTables(c.env, id).append(table, from, columns, rows)
      if ('failure' in stored) throw new FailureError(stored.failure)
      return c.json({ object: 'tenant.stored' as const, table, rows: stored.rows }, 200)
    })
    .openapi(end, async (c) => {
      const { id } = c.req.valid('param')
      const { access, authenticator } = c.get('services')
      requireStatus((await access.tenants.get(id)).status, 'importing')
      const differing = await tenantTables(c.env, id).finish(c.req.valid('json').tables)
      if (differing !== null) {
        const error = fieldError('tables', 'transfer_rows_differ', { table: differing })
        throw new FailureError(invalidRequest([error]))
      }
      const entry = { actor: c.get('operator'), action: 'tenant.imported', subject: id }
      await access.audit.commit(entry, [endImport(controlDatabase(c.env.DB), id)])
      authenticator.forget()
      return c.json(tenantView(await access.tenants.get(id)), 200)
    })
}

function requireStatus(status: string, wanted: 'suspended' | 'importing'): void {
  if (status === wanted) return
  const why = reason('tenant_status', { status, wanted })
  throw new FailureError({ code: 'conflict', ...why, source: 'gateway' })
}
