import { and, count, eq, gt, lt, sql } from 'drizzle-orm'
import {
  apiKeys,
  deletionReceipts,
  mails,
  sealedRecords,
  shareLinks,
  tenants as tenantsTable,
  webhooks,
} from '../../../schema/db/control.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import { newId } from '../../auth/token.ts'
import type { RandomBytes } from '../../platform/base62.ts'
import { type ControlDatabase, commit, type Write } from '../../platform/control-database.ts'
import type { ApplicationStore } from '../applications/application-store.ts'
import { nextStatus } from '../applications/states.ts'
import type { TenantRow, Tenants } from './tenants.ts'

export type Receipt = typeof deletionReceipts.$inferSelect

/** Empties the Durable Object that holds a tenant's judgments. */
export type DestroyTenantData = (tenantId: string) => Promise<void>

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  tenants: Tenants
  audit: AuditLog
  destroyData: DestroyTenantData
  now: () => number
  random: RandomBytes
}

/** Time after a deletion in which the tenant's object is emptied again: a few scheduled runs. */
const sweepForMs = 20 * 60_000

/** Deletes tenants. */
export class TenantDeletion {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /**
   * Deletes a tenant with everything it has. The steps can be repeated: the keys are revoked first, then the data
   * is destroyed, then the rest is deleted with a receipt. The next call finishes a deletion that broke off.
   */
  async delete(id: string, actor: string): Promise<Receipt> {
    const { database, tenants, audit, applications, destroyData, now, random } = this.#parts
    const done = await this.#receipt(id)
    if (done !== undefined) return done
    const tenant = await tenants.get(id)
    await commit(database, this.begin(id))
    await destroyData(id)
    const receipt: Receipt = {
      id: newId('del', random),
      tenantId: id,
      requestedBy: actor,
      deletedAt: now(),
      ...(await this.#counts(tenant)),
    }
    const application =
      tenant.applicationId === null ? undefined : await applications.find(tenant.applicationId)
    const event = actor === 'system' ? 'expire' : 'end'
    const writes: Write[] = [
      database.insert(deletionReceipts).values(receipt).onConflictDoNothing(),
      database.delete(apiKeys).where(eq(apiKeys.tenantId, id)),
      database.delete(shareLinks).where(eq(shareLinks.tenantId, id)),
      database.delete(webhooks).where(eq(webhooks.tenantId, id)),
      database.delete(tenantsTable).where(eq(tenantsTable.id, id)),
      ...(application === undefined
        ? []
        : [
            // The application ends with its tenant, unless it was withdrawn already.
            ...(nextStatus(application.status, event) === null
              ? []
              : applications.step(application, event, { actor })),
            ...applications.destroy(application.id),
            database.delete(mails).where(eq(mails.applicationId, application.id)),
          ]),
    ]
    const entry = { actor, action: 'tenant.delete', subject: id, detail: { receipt: receipt.id } }
    await applications.commit(writes, (all) => audit.commit(entry, all))
    return (await this.#receipt(id))!
  }

  /** The writes that revoke every key of a tenant and mark it for deletion, which the scheduled work finishes. */
  begin(id: string): Write[] {
    const { database, now } = this.#parts
    return [
      database.update(tenantsTable).set({ status: 'deleting' }).where(eq(tenantsTable.id, id)),
      database.update(apiKeys).set({ revokedAt: now() }).where(eq(apiKeys.tenantId, id)),
    ]
  }

  /** Deletions that a crash left unfinished. */
  async unfinished(): Promise<string[]> {
    const rows = await this.#parts.database
      .select({ id: tenantsTable.id })
      .from(tenantsTable)
      .where(eq(tenantsTable.status, 'deleting'))
    return rows.map(({ id }) => id)
  }

  /**
   * Empties the objects of tenants that were deleted a moment ago once more: for a few seconds another isolate
   * may still have trusted a key, and what it stored then goes as well.
   */
  async sweep(): Promise<number> {
    const { database, destroyData, now } = this.#parts
    const recent = await database
      .select({ tenantId: deletionReceipts.tenantId })
      .from(deletionReceipts)
      .where(
        and(
          gt(deletionReceipts.deletedAt, now() - sweepForMs),
          lt(deletionReceipts.deletedAt, now() - 10_000),
        ),
      )
    for (const { tenantId } of recent) await destroyData(tenantId)
    return recent.length
  }

  #receipt(tenantId: string): Promise<Receipt | undefined> {
    return this.#parts.database
      .select()
      .from(deletionReceipts)
      .where(eq(deletionReceipts.tenantId, tenantId))
      .get()
  }

  async #counts(tenant: TenantRow): Promise<{ keys: number; sealedRecords: number }> {
    const { database } = this.#parts
    const [keys, records] = await Promise.all([
      database.select({ n: count() }).from(apiKeys).where(eq(apiKeys.tenantId, tenant.id)).get(),
      database
        .select({ n: count() })
        .from(sealedRecords)
        .where(
          tenant.applicationId === null ? sql`false` : eq(sealedRecords.applicationId, tenant.applicationId),
        )
        .get(),
    ])
    return { keys: keys?.n ?? 0, sealedRecords: records?.n ?? 0 }
  }
}
