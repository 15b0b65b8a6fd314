import { and, eq, isNull, lt, or } from 'drizzle-orm'
import type { Scope } from '../../schema/api/scopes.ts'
import { apiKeys, type KeyLimits, plans, tenants } from '../../schema/db/control.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import type { TenantLimits } from './identity.ts'

/** All that decides about one key, as it was when it was read. */
export interface KeyRecord {
  keyId: string
  tenantId: string
  scopes: readonly Scope[]
  limits: TenantLimits
  /** The key's own bounds, filled up with those of the plan; null where it has none. */
  keyLimits: Required<KeyLimits> | null
  suspended: boolean
  revoked: boolean
  /** When key or tenant expires, whichever is first; null for never. */
  expiresAt: number | null
}

/** Where keys are looked up. */
export interface KeyRecords {
  /** Undefined when there is no such key; throws when the storage does not answer. */
  find(hash: string): Promise<KeyRecord | undefined>
  /** Notes that a key was used. */
  touch(record: KeyRecord, now: number): Promise<void>
}

/** Last uses are noted to the hour: more would be a write per request, and more about people than is needed. */
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
    if (found === undefined) return undefined
    const { api_keys: key, tenants: tenant, plans: plan } = found
    const ends = [key.expiresAt, tenant.expiresAt].filter((time) => time !== null)
    return {
      keyId: key.id,
      tenantId: tenant.id,
      scopes: key.scopes.filter((scope) => tenant.scopes.includes(scope)),
      suspended: tenant.status === 'suspended',
      revoked: key.revokedAt !== null || tenant.status === 'deleting',
      expiresAt: ends.length === 0 ? null : Math.min(...ends),
      keyLimits: key.limits === null ? null : withinPlan(key.limits, plan),
      limits: {
        requestsPerMinute: plan.requestsPerMinute,
        concurrent: plan.concurrent,
        tokensPerDay: plan.tokensPerDay,
        models: bothModels(plan.models, tenant.models),
        retentionDays: plan.retentionDays,
        evaluationRows: plan.evaluationRows,
      },
    }
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

/** The models that plan and tenant both allow. */
function bothModels(plan: string[] | null, tenant: string[] | null): string[] | null {
  if (plan === null || tenant === null) return plan ?? tenant
  return tenant.filter((model) => plan.includes(model))
}

/** A key's bounds; what it leaves open is the plan's. */
const withinPlan = (limits: KeyLimits, plan: Required<KeyLimits>): Required<KeyLimits> => ({
  requestsPerMinute: limits.requestsPerMinute ?? plan.requestsPerMinute,
  concurrent: limits.concurrent ?? plan.concurrent,
  tokensPerDay: limits.tokensPerDay ?? plan.tokensPerDay,
})
