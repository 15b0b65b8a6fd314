import { and, desc, eq, isNull, ne, sql } from 'drizzle-orm'
import { apiKeys, type KeyLimits, tenants } from '../../schema/db/control.ts'
import type { RandomBytes } from '../platform/base62.ts'
import { type ControlDatabase, commit, type Write } from '../platform/control-database.ts'
import { type FreshKey, KeyFactory, type KeyRequest, type KeyRow, minTime } from './fresh-key.ts'
import { deleteKeyIf, exceedsBound, isUsable, usableAt } from './key-conditions.ts'
import { expiryPassed, lastManageKey, noSuchKey, scopesNotGranted, tooManyKeys } from './key-failures.ts'
import { rotateKey } from './rotate-key.ts'

/** The keys of a tenant. Every method takes the tenant first, so no id reaches another tenant's key. */
export class Keys {
  readonly #database: ControlDatabase
  readonly #now: () => number
  /** Makes the keys themselves, for transactions that make one along with other things. */
  readonly factory: KeyFactory

  constructor(database: ControlDatabase, now: () => number, random: RandomBytes) {
    this.#database = database
    this.#now = now
    this.factory = new KeyFactory(database, now, random)
  }

  /** All keys, newest first, each with the end that it really has: its own, or its tenant's if that is earlier. */
  async list(tenantId: string): Promise<KeyRow[]> {
    const rows = await this.#database
      .select({ key: apiKeys, tenantExpiresAt: tenants.expiresAt })
      .from(apiKeys)
      .innerJoin(tenants, eq(apiKeys.tenantId, tenants.id))
      .where(eq(apiKeys.tenantId, tenantId))
      .orderBy(desc(apiKeys.createdAt), desc(apiKeys.id))
    return rows.map(({ key, tenantExpiresAt }) => ({
      ...key,
      expiresAt: minTime(key.expiresAt, tenantExpiresAt),
    }))
  }

  /** Makes a key within the tenant's grant and the bound on its keys. */
  async create(tenantId: string, request: KeyRequest): Promise<FreshKey> {
    const { writes, ...fresh } = await this.prepareCreation(tenantId, request)
    await commit(this.#database, writes)
    await this.requireStored(fresh.row.id)
    return fresh
  }

  /** A key and the writes that store it within the bound; `requireStored` checks afterwards that they did. */
  async prepareCreation(tenantId: string, request: KeyRequest): Promise<FreshKey & { writes: Write[] }> {
    const tenant = await this.#database.select().from(tenants).where(eq(tenants.id, tenantId)).get()
    if (tenant === undefined || ['deleting', 'importing'].includes(tenant.status)) throw noSuchKey()
    const scopes = request.scopes ?? tenant.scopes
    const beyond = scopes.filter((scope) => !tenant.scopes.includes(scope))
    if (beyond.length > 0) throw scopesNotGranted(beyond)
    const expiresAt = request.expiresAt ?? null
    if (expiresAt !== null && expiresAt <= this.#now()) throw expiryPassed()
    const { name, limits = null } = request
    const { write, ...fresh } = await this.factory.prepare(tenant, { name, scopes, limits, expiresAt })
    const condition = exceedsBound(tenantId, this.#now())
    return { ...fresh, writes: [write, deleteKeyIf(this.#database, fresh.row, condition)] }
  }

  /** Refuses where the writes of a creation took the key back because it was one too many. */
  async requireStored(id: string): Promise<void> {
    const stored = await this.#database
      .select({ id: apiKeys.id })
      .from(apiKeys)
      .where(eq(apiKeys.id, id))
      .get()
    if (stored === undefined) throw tooManyKeys()
  }

  /** Replaces a key by a fresh one with the same rights; the old one works until the grace period ends. */
  rotate(tenantId: string, id: string, graceSeconds?: number): Promise<FreshKey> {
    const parts = { database: this.#database, now: this.#now, factory: this.factory }
    return rotateKey(parts, { tenantId, id, graceSeconds })
  }

  /** Changes name or bounds; a replaced or revoked key may still be renamed. */
  async change(
    tenantId: string,
    id: string,
    wish: { name?: string; limits?: KeyLimits | null },
  ): Promise<KeyRow> {
    await this.#get(tenantId, id)
    if (Object.keys(wish).length > 0) {
      await this.#database.update(apiKeys).set(wish).where(eq(apiKeys.id, id))
    }
    return (await this.list(tenantId)).find((row) => row.id === id)!
  }

  /** Revokes a key. The last one that manages keys is revoked only where the caller confirms the lockout. */
  async revoke(tenantId: string, id: string, { confirmsLockout = false } = {}): Promise<void> {
    const key = await this.#get(tenantId, id)
    if (key.revokedAt !== null) return
    const isGuarded = key.scopes.includes('manage') && isUsable(key, this.#now()) && !confirmsLockout
    const others = and(
      eq(apiKeys.tenantId, tenantId),
      ne(apiKeys.id, id),
      usableAt(this.#now()),
      isNull(apiKeys.replacedBy),
      sql`exists (select 1 from json_each(${apiKeys.scopes}) where value = 'manage')`,
    )
    const revoked = await this.#database
      .update(apiKeys)
      .set({ revokedAt: this.#now() })
      .where(
        and(
          eq(apiKeys.id, id),
          isGuarded ? sql`exists (select 1 from ${apiKeys} where ${others})` : undefined,
        ),
      )
      .returning({ id: apiKeys.id })
    if (revoked.length === 0) throw lastManageKey()
  }

  /** The write that revokes any tenant's key, for operators; in a list, because awaiting a bare query runs it. */
  async prepareRevocation(id: string): Promise<Write[]> {
    const known = await this.#database.select().from(apiKeys).where(eq(apiKeys.id, id)).get()
    if (known === undefined) throw noSuchKey()
    const revokedAt = known.revokedAt ?? this.#now()
    return [this.#database.update(apiKeys).set({ revokedAt }).where(eq(apiKeys.id, id))]
  }

  async #get(tenantId: string, id: string): Promise<KeyRow> {
    const row = await this.#database
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.id, id), eq(apiKeys.tenantId, tenantId)))
      .get()
    if (row === undefined) throw noSuchKey()
    return row
  }
}

/** The status of a key, for people. */
export function keyStatus(row: KeyRow, now: number): 'active' | 'expiring' | 'expired' | 'revoked' {
  if (row.revokedAt !== null) return 'revoked'
  if (row.expiresAt !== null && row.expiresAt <= now) return 'expired'
  return row.replacedBy === null ? 'active' : 'expiring'
}
