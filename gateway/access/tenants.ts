import { asc, count, eq, gt, sql } from 'drizzle-orm'
import { FailureError } from '../../schema/api/errors.ts'
import { scopes as everyScope, type Scope } from '../../schema/api/scopes.ts'
import { apiKeys, deletionReceipts, mails, sealedRecords, tenants } from '../../schema/db/control.ts'
import { startOfKey, withChecksum } from '../auth/api-key.ts'
import { base62OfBytes, type RandomBytes } from '../auth/base62.ts'
import { newId, sha256 } from '../auth/token.ts'
import { type ControlDatabase, commit, type Write } from '../control-database.ts'
import type { Applications } from './applications.ts'
import type { AuditLog } from './audit-log.ts'
import type { Plans } from './plans.ts'
import { nextStatus } from './states.ts'
import type { KeyedHash } from './vault/keyed-hash.ts'

export type TenantRow = typeof tenants.$inferSelect
export type Receipt = typeof deletionReceipts.$inferSelect

export interface Grant {
  plan: string
  models?: string[] | null
  scopes?: Scope[]
  expiresAt?: number | null
}

/** Empties the Durable Object that holds a tenant's judgments. */
export type DestroyTenantData = (tenantId: string) => Promise<void>

interface Parts {
  database: ControlDatabase
  applications: Applications
  plans: Plans
  audit: AuditLog
  hash: KeyedHash
  destroyData: DestroyTenantData
  now: () => number
  random: RandomBytes
}

const demoTenant = 'ten_demo'
const demoKey = 'key_demo'

/** The spaces of approved applicants. */
export class Tenants {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The write that makes a tenant, for the transaction that approves its application. */
  async prepare(applicationId: string, grant: Grant): Promise<{ id: string; write: Write }> {
    const { database, now, random } = this.#parts
    await this.#demandPlan(grant.plan)
    const id = newId('ten', random)
    const write = database.insert(tenants).values({
      id,
      mode: 'live',
      status: 'active',
      planId: grant.plan,
      models: grant.models ?? null,
      scopes: grant.scopes ?? [...everyScope],
      applicationId,
      createdAt: now(),
      expiresAt: grant.expiresAt ?? null,
    })
    return { id, write }
  }

  async get(id: string): Promise<TenantRow> {
    const row = await this.#parts.database.select().from(tenants).where(eq(tenants.id, id)).get()
    if (row === undefined) throw noSuchTenant()
    return row
  }

  list(limit: number, after = ''): Promise<TenantRow[]> {
    return this.#parts.database
      .select()
      .from(tenants)
      .where(gt(tenants.id, after))
      .orderBy(asc(tenants.id))
      .limit(limit)
  }

  /** Suspends or resumes: keys stay, but open nothing while suspended. */
  async setStatus(
    id: string,
    status: 'active' | 'suspended',
    actor: string,
    reason: string,
  ): Promise<TenantRow> {
    const tenant = await this.get(id)
    if (tenant.status === 'deleting') throw noSuchTenant()
    await this.#parts.audit.commit(
      {
        actor,
        action: status === 'active' ? 'tenant.resume' : 'tenant.suspend',
        subject: id,
        detail: { reason },
      },
      [this.#parts.database.update(tenants).set({ status }).where(eq(tenants.id, id))],
    )
    return this.get(id)
  }

  /**
   * Deletes a tenant with everything it has. The steps can be repeated: the keys die first, then the data,
   * then what is left of the tenant, with a receipt. A deletion that broke off is finished by the next call.
   */
  async delete(id: string, actor: string): Promise<Receipt> {
    const { database, audit, applications, destroyData, now, random } = this.#parts
    const done = await this.#receipt(id)
    if (done !== undefined) return done
    const tenant = await this.get(id)
    await commit(database, this.beginDeletion(id))
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
      database.delete(tenants).where(eq(tenants.id, id)),
      ...(application === undefined
        ? []
        : [
            // Unless it was withdrawn already, the application ends with its tenant.
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

  /** The writes after which no key of the tenant opens anything and its deletion will be finished by the clock. */
  beginDeletion(id: string): Write[] {
    const { database, now } = this.#parts
    return [
      database.update(tenants).set({ status: 'deleting' }).where(eq(tenants.id, id)),
      database.update(apiKeys).set({ revokedAt: now() }).where(eq(apiKeys.tenantId, id)),
    ]
  }

  /** Deletions that a crash left unfinished. */
  async unfinishedDeletions(): Promise<string[]> {
    const { database } = this.#parts
    const rows = await database.select({ id: tenants.id }).from(tenants).where(eq(tenants.status, 'deleting'))
    return rows.map(({ id }) => id)
  }

  /**
   * Makes sure that the demo tenant is there and answers its test key. The key follows from a secret of
   * this installation, so it stays the same from start to start without being stored.
   */
  async demo(actor: string): Promise<{ tenantId: string; key: string }> {
    const { database, audit, hash, now } = this.#parts
    const body = base62OfBytes(await hash.of('demo-key', 'the test key of the demo tenant')).slice(0, 30)
    const key = withChecksum('test', body.padEnd(30, '0'))
    const tenant = {
      mode: 'test' as const,
      status: 'active' as const,
      planId: 'demo',
      scopes: [...everyScope],
      expiresAt: null,
    }
    const apiKey = {
      name: 'Demo',
      hash: await sha256(key),
      start: startOfKey(key),
      scopes: [...everyScope],
      limits: null,
      createdAt: now(),
      expiresAt: null,
      revokedAt: null,
      replacedBy: null,
    }
    await audit.commit({ actor, action: 'tenant.demo', subject: demoTenant }, [
      database
        .insert(tenants)
        .values({ id: demoTenant, ...tenant, createdAt: now() })
        .onConflictDoUpdate({ target: tenants.id, set: tenant }),
      database
        .insert(apiKeys)
        .values({ id: demoKey, tenantId: demoTenant, ...apiKey })
        .onConflictDoUpdate({ target: apiKeys.id, set: apiKey }),
      database.delete(deletionReceipts).where(eq(deletionReceipts.tenantId, demoTenant)),
    ])
    return { tenantId: demoTenant, key }
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

  async #demandPlan(id: string): Promise<void> {
    if ((await this.#parts.plans.find(id)) !== undefined) return
    throw new FailureError({
      code: 'invalid_request',
      detail: `plan: there is no plan "${id}".`,
      source: 'gateway',
      errors: [{ field: 'plan', message: `there is no plan "${id}"` }],
    })
  }
}

const noSuchTenant = () =>
  new FailureError({ code: 'not_found', detail: 'There is no such tenant.', source: 'gateway' })
