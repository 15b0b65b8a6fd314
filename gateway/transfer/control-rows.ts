import { and, eq, ne } from 'drizzle-orm'
import { type Failure, reason } from '../../schema/api/errors.ts'
import type { TenantExport } from '../../schema/api/tenant-transfer.ts'
import {
  apiKeys,
  deletionReceipts,
  plans,
  shareLinks,
  tenants,
  usageRollups,
  webhooks,
} from '../../schema/db/control.ts'
import { planRow, planView } from '../access/views.ts'
import type { ControlDatabase, Write } from '../platform/control-database.ts'
import type { WebhookRow } from '../webhooks/webhook-store.ts'

type ControlRows = Pick<TenantExport, 'tenant' | 'plan' | 'keys' | 'share_links' | 'webhooks' | 'usage'>

/** A tenant's rows of the control plane; null where there is no such tenant. */
export async function readControlRows(
  database: ControlDatabase,
  id: string,
): Promise<(ControlRows & { status: typeof tenants.$inferSelect.status }) | null> {
  const row = await database.select().from(tenants).where(eq(tenants.id, id)).get()
  if (row === undefined) return null
  const [plan, keys, links, hooks, usage] = await Promise.all([
    database.select().from(plans).where(eq(plans.id, row.planId)).get(),
    database.select().from(apiKeys).where(eq(apiKeys.tenantId, id)),
    database.select().from(shareLinks).where(eq(shareLinks.tenantId, id)),
    database.select().from(webhooks).where(eq(webhooks.tenantId, id)),
    database.select().from(usageRollups).where(eq(usageRollups.tenantId, id)),
  ])
  const { status, applicationId: _, ...tenant } = row
  return {
    status,
    tenant,
    plan: planView(plan!),
    keys: keys.map(withoutTenant),
    share_links: links.map(withoutTenant),
    webhooks: hooks.map(({ id, url, events, disabled, createdAt }) => ({
      ...{ id, url, events, disabled, createdAt },
    })),
    usage: usage.map(withoutTenant),
  }
}

function withoutTenant<Row extends { tenantId: string }>({
  tenantId: _,
  ...row
}: Row): Omit<Row, 'tenantId'> {
  return row
}

/** The writes that make the tenant of an export, closed until its rows have arrived. */
export function writeControlRows(
  database: ControlDatabase,
  { tenant, plan, keys, share_links, usage }: ControlRows,
  revokedAt: number | null,
  hooks: readonly WebhookRow[],
): Write[] {
  const tenantId = tenant.id
  return [
    // a plan of this name that is here already stays as it is
    database.insert(plans).values(planRow(plan)).onConflictDoNothing(),
    database.insert(tenants).values({ ...tenant, status: 'importing', applicationId: null }),
    database.delete(deletionReceipts).where(eq(deletionReceipts.tenantId, tenantId)),
    database.delete(usageRollups).where(eq(usageRollups.tenantId, tenantId)),
    ...keys.map((key) =>
      database.insert(apiKeys).values({ ...key, revokedAt: key.revokedAt ?? revokedAt, tenantId }),
    ),
    ...share_links.map((link) => database.insert(shareLinks).values({ ...link, tenantId })),
    ...hooks.map((webhook) => database.insert(webhooks).values(webhook)),
    ...usage.map((day) => database.insert(usageRollups).values({ ...day, tenantId })),
  ]
}

/** The write that ends an import: the tenant waits, suspended, for its operator. */
export const endImport = (database: ControlDatabase, id: string): Write =>
  database
    .update(tenants)
    .set({ status: 'suspended' })
    .where(and(eq(tenants.id, id), eq(tenants.status, 'importing')))

/** Why an export cannot be imported: the tenant is here, or one of its keys or links belongs to another. */
export async function findOccupied(database: ControlDatabase, rows: ControlRows): Promise<Failure | null> {
  const { id } = rows.tenant
  const known = await database.select().from(tenants).where(eq(tenants.id, id)).get()
  if (known !== undefined) return occupied(reason('tenant_exists', { tenant: id, status: known.status }))
  for (const { hash, id: key } of rows.keys) {
    const other = await database
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(and(eq(apiKeys.hash, hash), ne(apiKeys.tenantId, id)))
      .get()
    if (other !== undefined) return occupied(reason('key_exists', { key }))
  }
  for (const { id: webhook } of rows.webhooks) {
    const other = await database
      .select({ id: webhooks.id })
      .from(webhooks)
      .where(and(eq(webhooks.id, webhook), ne(webhooks.tenantId, id)))
      .get()
    if (other !== undefined) return occupied(reason('webhook_exists', { webhook }))
  }
  return null
}

const occupied = (why: Pick<Failure, 'reason' | 'params'>): Failure => ({
  code: 'conflict',
  ...why,
  source: 'gateway',
})
