import { z } from 'zod'
import { described } from './described.ts'
import { scopeList } from './grant-fields.ts'
import { plan } from './tenants.ts'
import { maxWebhooks, webhookDisabledReasons, webhookEvents } from './webhooks.ts'

/** The version of what an export of a tenant consists of. */
export const transferVersion = 1

const count = z.int().min(0)
const millis = z.int().min(0)
const id = z.string().min(1).max(100)
const keyLimits = z.strictObject({
  requestsPerMinute: z.int().min(1).optional(),
  concurrent: z.int().min(1).optional(),
  tokensPerDay: z.int().min(1).optional(),
})

/** A tenant's row of the control plane. Its application and personal data do not travel. */
const tenantRow = z.strictObject({
  id,
  mode: z.enum(['live', 'test']),
  planId: id,
  models: z.array(z.string().max(200)).max(1000).nullable(),
  scopes: scopeList,
  createdAt: millis,
  expiresAt: millis.nullable(),
  lastUsedAt: millis.nullable(),
})

const keyRow = z.strictObject({
  id,
  name: z.string().max(200),
  /** SHA-256 of the key: the key itself is stored nowhere. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  start: z.string().max(20),
  scopes: scopeList,
  limits: keyLimits.nullable(),
  createdAt: millis,
  expiresAt: millis.nullable(),
  revokedAt: millis.nullable(),
  lastUsedAt: millis.nullable(),
  replacedBy: id.nullable(),
  replaces: id.nullable(),
  remindedAt: millis.nullable(),
})

const shareLinkRow = z.strictObject({
  id,
  tokenHash: z.string().max(100),
  evaluationId: id,
  showsRows: z.boolean(),
  keyId: id,
  createdAt: millis,
  expiresAt: millis,
})

/** A webhook without its secret, which is made anew. */
const webhookRow = z.strictObject({
  id,
  url: z.url({ protocol: /^https?$/ }).max(2000),
  events: z.array(z.enum(webhookEvents)).min(1).max(webhookEvents.length),
  disabled: z.enum(webhookDisabledReasons).nullable(),
  createdAt: millis,
})

const usageRow = z.strictObject({
  day: z.iso.date(),
  model: z.string().max(200),
  requests: count,
  rated: count,
  noRating: count,
  truncated: count,
  failed: count,
  promptTokens: count,
  completionTokens: count,
  cachedEdge: count,
  cachedStored: count,
  joined: count,
  latency: z.record(z.string().max(20), count),
})

/** Everything of a tenant but the rows of its own object. */
export const tenantExport = z
  .strictObject({
    object: z.literal('tenant.export'),
    version: z.int().min(1),
    gateway: z.url().max(300).meta(described('The gateway that exported it', '내보낸 게이트웨이')),
    exported_at: z.iso.datetime(),
    tenant: tenantRow,
    plan,
    keys: z
      .array(keyRow)
      .max(10_000)
      .meta(described('Hashes of keys, no keys', '키의 해시. 키 자체는 없습니다')),
    share_links: z.array(shareLinkRow).max(100_000),
    webhooks: z
      .array(webhookRow)
      .max(maxWebhooks)
      .meta(described('Addresses and events, no secrets', '주소와 이벤트. 시크릿은 없습니다')),
    usage: z.array(usageRow).max(100_000).meta(described('Daily sums', '날짜별 합계')),
    tables: z
      .array(z.strictObject({ name: z.string().max(100), rows: count }))
      .max(200)
      .meta(
        described('Tables of its own object, to be read one by one', '테넌트 객체의 표. 하나씩 읽습니다'),
      ),
  })
  .meta({ id: 'TenantExport' })

export type TenantExport = z.output<typeof tenantExport>

const cell = z.union([z.string(), z.number(), z.null()])
export type Cell = z.output<typeof cell>

/** Rows of one table, in the order in which they were stored. */
const rowsFields = {
  columns: z.array(z.string().max(100)).min(1).max(200),
  rows: z.array(z.array(cell)).max(100_000),
}

export const tableRows = z.object({
  object: z.literal('tenant.rows'),
  table: z.string(),
  ...rowsFields,
  next: z
    .int()
    .nullable()
    .meta(described('Cursor of the next page; null at the end', '다음 페이지의 커서. 마지막이면 null')),
})

export type TableRows = z.output<typeof tableRows>

export const appendedRows = z.strictObject({
  from: count.meta(
    described(
      'Rows of this table that were sent before: a page that is sent twice is stored once',
      '앞서 보낸 이 표의 행 수. 같은 페이지를 두 번 보내도 한 번만 저장합니다',
    ),
  ),
  ...rowsFields,
})

export const storedRows = z.object({ object: z.literal('tenant.stored'), table: z.string(), rows: count })

export const importQuery = z.strictObject({
  keys: z
    .enum(['keep', 'revoke'])
    .default('keep')
    .meta(
      described(
        '`keep`: the same API keys open the tenant here; `revoke`: none of them does',
        '`keep`: 기존 API 키를 이 게이트웨이에서도 쓸 수 있습니다. `revoke`: 모두 폐기합니다',
      ),
    ),
})

export const importEnd = z.strictObject({
  tables: z
    .array(z.strictObject({ name: z.string().max(100), rows: count }))
    .max(200)
    .meta(described('Rows that every table must have', '표별 행 수')),
})
