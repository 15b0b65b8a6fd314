import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { Scope } from '../../schema/api/scopes.ts'
import { apiKeys, type KeyLimits, plans, tenants } from '../../schema/db/control.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import type { TenantLimits } from './identity.ts'

type KeyRow = typeof apiKeys.$inferSelect
type TenantRow = typeof tenants.$inferSelect
type PlanRow = typeof plans.$inferSelect
type TenantStatus = TenantRow['status']

/** All that decides about one key, as it was when it was read. */
export interface KeyRecord {
  keyId: string
  tenantId: string
  tenantCreatedAt: number
  scopes: readonly Scope[]
  limits: TenantLimits
  /** The key's own limits, completed by the plan's; null where it has none. */
  keyLimits: Required<KeyLimits> | null
  tenantStatus: TenantStatus
  revoked: boolean
  /** When key or tenant expires, whichever is first; null for never. */
  expiresAt: number | null
}

/** Looks keys up. */
export interface KeyRecords {
  /** Undefined when there is no such key; throws when the storage does not answer. */
  find(hash: string): Promise<KeyRecord | undefined>
  /** The record of one key of a tenant, by id, or which of the two is missing. */
  findByIds(tenantId: string, keyId: string): Promise<KeyRecord | 'tenant_gone' | 'key_gone'>
  /** Records that a key was used. */
  touch(record: KeyRecord, now: number): Promise<void>
}

/** Last uses are recorded to the hour: finer would be a write per request, and more about people than is needed. */
const touchEvery = 3_600_000

export class StoredKeyRecords implements KeyRecords {
  readonly #database: ControlDatabase

  constructor(database: ControlDatabase) {
    this.#database = database
  }

  async find(hash: string): Promise<KeyRecord | undefined> {
    const found = await this.#database
      .select()
      .from(apiKeys)
      .innerJoin(tenants, eq(apiKeys.tenantId, tenants.id))
      .innerJoin(plans, eq(tenants.planId, plans.id))
      .where(eq(apiKeys.hash, hash))
      .get()
    return found && toRecord(found.api_keys, found.tenants, found.plans)
  }

  async findByIds(tenantId: string, keyId: string): Promise<KeyRecord | 'tenant_gone' | 'key_gone'> {
    const found = await this.#database
      .select()
      .from(tenants)
      .innerJoin(plans, eq(tenants.planId, plans.id))
      .leftJoin(apiKeys, and(eq(apiKeys.tenantId, tenants.id), eq(apiKeys.id, keyId)))
      .where(eq(tenants.id, tenantId))
      .get()
    if (found === undefined) return 'tenant_gone'
    return found.api_keys === null ? 'key_gone' : toRecord(found.api_keys, found.tenants, found.plans)
  }

  async touch({ keyId, tenantId }: KeyRecord, now: number): Promise<void> {
    const before = now - touchEvery
    await this.#database.batch([
      this.#database
        .update(apiKeys)
        .set({ lastUsedAt: now })
        .where(and(eq(apiKeys.id, keyId), or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, before)))),
      this.#database
        .update(tenants)
        .set({ lastUsedAt: now })
        .where(and(eq(tenants.id, tenantId), or(isNull(tenants.lastUsedAt), lt(tenants.lastUsedAt, before)))),
    ])
  }
}

function toRecord(key: KeyRow, tenant: TenantRow, plan: PlanRow): KeyRecord {
  const ends = [key.expiresAt, tenant.expiresAt].filter((time) => time !== null)
  return {
    keyId: key.id,
    tenantId: tenant.id,
    tenantCreatedAt: tenant.createdAt,
    scopes: key.scopes.filter((scope) => tenant.scopes.includes(scope)),
    tenantStatus: tenant.status,
    revoked: key.revokedAt !== null,
    expiresAt: ends.length === 0 ? null : Math.min(...ends),
    keyLimits: key.limits === null ? null : withinPlan(key.limits, plan),
    limits: {
      requestsPerMinute: plan.requestsPerMinute,
      concurrent: plan.concurrent,
      tokensPerDay: plan.tokensPerDay,
      models: intersectModels(plan.models, tenant.models),
      retentionDays: plan.retentionDays,
      evaluationRows: plan.evaluationRows,
    },
  }
}

/** The models that plan and tenant both allow. */
function intersectModels(plan: string[] | null, tenant: string[] | null): string[] | null {
  if (plan === null || tenant === null) return plan ?? tenant
  return tenant.filter((model) => plan.includes(model))
}

/** A key's own limits, completed by the plan's. */
const withinPlan = (limits: KeyLimits, plan: Required<KeyLimits>): Required<KeyLimits> => ({
  requestsPerMinute: limits.requestsPerMinute ?? plan.requestsPerMinute,
  concurrent: limits.concurrent ?? plan.concurrent,
  tokensPerDay: limits.tokensPerDay ?? plan.tokensPerDay,
})
