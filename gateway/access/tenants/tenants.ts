import { and, asc, eq, gt, notInArray } from 'drizzle-orm'
import { FailureError, invalidRequest, reason } from '../../../schema/api/errors.ts'
import { scopes as everyScope, type Scope } from '../../../schema/api/scopes.ts'
import { apiKeys, tenants } from '../../../schema/db/control.ts'
import { fieldError } from '../../../schema/messages/field-errors.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import { expiryPassed } from '../../auth/key-failures.ts'
import { newId } from '../../auth/token.ts'
import type { RandomBytes } from '../../platform/base62.ts'
import type { ControlDatabase, Write } from '../../platform/control-database.ts'
import type { Plans } from './plans.ts'

export type TenantRow = typeof tenants.$inferSelect

export interface Grant {
  plan: string
  models?: string[] | null
  scopes?: Scope[]
  expiresAt?: number | null
}

interface Parts {
  database: ControlDatabase
  plans: Plans
  audit: AuditLog
  now: () => number
  random: RandomBytes
}

/** The tenants: one for each approved application. */
export class Tenants {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The write that makes a tenant, for the transaction that approves its application. */
  async prepare(applicationId: string, grant: Grant): Promise<{ id: string; write: Write }> {
    const { database, now, random } = this.#parts
    await this.#requirePlan(grant.plan)
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
    requireComplete(tenant)
    await this.#parts.audit.commit(
      {
        actor,
        action: status === 'active' ? 'tenant.resume' : 'tenant.suspend',
        subject: id,
        detail: { reason },
      },
      [
        this.#parts.database
          .update(tenants)
          .set({ status })
          .where(and(eq(tenants.id, id), notInArray(tenants.status, ['deleting', 'importing']))),
      ],
    )
    return this.get(id)
  }

  /** Changes what a tenant was granted, for example to renew it; its keys feel it within seconds. */
  async change(id: string, wish: Partial<Grant>, actor: string): Promise<TenantRow> {
    const { database, audit, now } = this.#parts
    const tenant = await this.get(id)
    requireComplete(tenant)
    if (wish.plan !== undefined) await this.#requirePlan(wish.plan)
    if ((wish.expiresAt ?? Infinity) <= now()) throw expiryPassed()
    const { plan, ...rest } = wish
    const detail = {
      ...(plan !== undefined && { plan }),
      ...(wish.models !== undefined && { models: wish.models?.join(' ') ?? null }),
      ...(wish.scopes !== undefined && { scopes: wish.scopes.join(' ') }),
      ...(wish.expiresAt !== undefined && { expires_at: wish.expiresAt }),
    }
    await audit.commit({ actor, action: 'tenant.change', subject: id, detail }, [
      database
        .update(tenants)
        .set({ ...rest, planId: plan ?? tenant.planId })
        .where(eq(tenants.id, id)),
      // A new end needs a new reminder.
      database.update(apiKeys).set({ remindedAt: null }).where(eq(apiKeys.tenantId, id)),
    ])
    return this.get(id)
  }

  /** Refuses a plan that does not exist. */
  async #requirePlan(id: string): Promise<void> {
    if ((await this.#parts.plans.find(id)) !== undefined) return
    throw new FailureError(invalidRequest([fieldError('plan', 'unknown_plan', { plan: id })]))
  }
}

/** Refuses a tenant that is being deleted, or whose data still arrive. */
function requireComplete({ id, status }: TenantRow): void {
  if (status === 'deleting') throw noSuchTenant()
  if (status === 'importing') {
    const why = reason('tenant_importing', { tenant: id })
    throw new FailureError({ code: 'conflict', ...why, source: 'gateway' })
  }
}

const noSuchTenant = () => new FailureError({ code: 'not_found', ...reason('no_tenant'), source: 'gateway' })
