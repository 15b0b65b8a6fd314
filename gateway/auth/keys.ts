import { and, desc, eq, isNull, sql } from 'drizzle-orm'
import { FailureError } from '../../schema/api/errors.ts'
import type { Scope } from '../../schema/api/scopes.ts'
import { apiKeys, type KeyLimits, tenants } from '../../schema/db/control.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import type { RandomBytes } from '../platform/base62.ts'
import { type ControlDatabase, commit, isDuplicate, type Write } from '../platform/control-database.ts'
import { createApiKey, type KeyMode, keyStart } from './api-key.ts'
import { newId } from './token.ts'

export type KeyRow = typeof apiKeys.$inferSelect

export interface KeyRequest {
  name: string
  scopes?: readonly Scope[]
  limits?: KeyLimits | null
  expiresAt?: number | null
}

/** What a key takes from its tenant. */
export interface KeyOwner {
  id: string
  mode: KeyMode
  expiresAt: number | null
}

/** A key in the clear. It exists in one answer and is stored nowhere. */
export interface FreshKey {
  key: string
  row: KeyRow
}

const maxKeys = 20
const defaultGrace = 24 * 3600

/** The keys of a tenant: everything here is told the tenant first, so no id reaches another tenant's key. */
export class Keys {
  readonly #database: ControlDatabase
  readonly #now: () => number
  readonly #random: RandomBytes

  constructor(database: ControlDatabase, now: () => number, random: RandomBytes) {
    this.#database = database
    this.#now = now
    this.#random = random
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
      expiresAt: earlier(key.expiresAt, tenantExpiresAt),
    }))
  }

  async create(tenantId: string, request: KeyRequest): Promise<FreshKey> {
    const tenant = await this.#database.select().from(tenants).where(eq(tenants.id, tenantId)).get()
    if (tenant === undefined) throw noSuchKey()
    const scopes = request.scopes ?? tenant.scopes
    const beyond = scopes.filter((scope) => !tenant.scopes.includes(scope))
    if (beyond.length > 0) throw notGranted(beyond)
    const expiresAt = request.expiresAt ?? null
    if (expiresAt !== null && expiresAt <= this.#now()) throw expiryPassed()
    const fresh = await this.prepare(tenant, {
      name: request.name,
      scopes,
      limits: request.limits ?? null,
      expiresAt,
    })
    await this.#addWithinBound(fresh)
    return fresh
  }

  /**
   * A fresh key and the write that stores it, for transactions that make a key along with other things. The
   * row answered shows the end the key really has; stored is its own, so that renewing the tenant renews it.
   */
  async prepare(
    tenant: KeyOwner,
    request: Required<KeyRequest> & { replaces?: string },
  ): Promise<FreshKey & { write: Write }> {
    const key = createApiKey(tenant.mode, this.#random)
    const row: KeyRow = {
      id: newId('key', this.#random),
      tenantId: tenant.id,
      name: request.name,
      hash: await sha256Hex(key),
      start: keyStart(key),
      scopes: [...request.scopes],
      limits: request.limits,
      createdAt: this.#now(),
      expiresAt: request.expiresAt,
      revokedAt: null,
      lastUsedAt: null,
      replacedBy: null,
      replaces: request.replaces ?? null,
      remindedAt: null,
    }
    const shown = { ...row, expiresAt: earlier(row.expiresAt, tenant.expiresAt) }
    return { key, row: shown, write: this.#database.insert(apiKeys).values(row) }
  }

  /** Replaces a key by a fresh one with the same rights; the old one works on until the grace is over. */
  async rotate(tenantId: string, id: string, graceSeconds = defaultGrace): Promise<FreshKey> {
    const old = await this.#get(tenantId, id)
    const now = this.#now()
    const over = old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= now)
    if (over || old.replacedBy !== null) throw cannotRotate()
    const tenant = await this.#database.select().from(tenants).where(eq(tenants.id, tenantId)).get()
    const fresh = await this.prepare(tenant!, { ...old, replaces: old.id })
    try {
      await commit(this.#database, [
        fresh.write,
        this.#database
          .update(apiKeys)
          .set({ replacedBy: fresh.row.id, expiresAt: earlier(now + graceSeconds * 1000, old.expiresAt) })
          .where(eq(apiKeys.id, id)),
      ])
    } catch (error) {
      if (isDuplicate(error, 'api_keys')) throw cannotRotate()
      throw error
    }
    return fresh
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

  async revoke(tenantId: string, id: string): Promise<void> {
    const key = await this.#get(tenantId, id)
    if (key.revokedAt !== null) return
    await this.#database.update(apiKeys).set({ revokedAt: this.#now() }).where(eq(apiKeys.id, id))
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

  /** Stores a key and takes it back where it is one too many: one transaction, so that none of several at once slips by. */
  async #addWithinBound({ row, write }: FreshKey & { write: Write }): Promise<void> {
    const ofTenant = and(eq(apiKeys.tenantId, row.tenantId), isNull(apiKeys.revokedAt))
    const tooMany = sql`(select count(*) from ${apiKeys} where ${ofTenant}) > ${maxKeys}`
    const takeBack = this.#database
      .delete(apiKeys)
      .where(and(eq(apiKeys.id, row.id), tooMany))
      .returning({ id: apiKeys.id })
    const [, takenBack] = await this.#database.batch([write, takeBack])
    if (takenBack.length === 0) return
    throw new FailureError({
      code: 'conflict',
      detail: `A tenant can have ${maxKeys} keys. Revoke one first.`,
      source: 'gateway',
    })
  }
}

/** What state a key is in, for people. */
export function keyStatus(row: KeyRow, now: number): 'active' | 'expiring' | 'expired' | 'revoked' {
  if (row.revokedAt !== null) return 'revoked'
  if (row.expiresAt !== null && row.expiresAt <= now) return 'expired'
  return row.replacedBy === null ? 'active' : 'expiring'
}

function earlier(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}

const noSuchKey = () =>
  new FailureError({ code: 'not_found', detail: 'There is no such key.', source: 'gateway' })

const cannotRotate = () =>
  new FailureError({
    code: 'conflict',
    detail: 'The key is revoked, expired or replaced already.',
    source: 'gateway',
  })

const notGranted = (beyond: readonly Scope[]) =>
  new FailureError({
    code: 'invalid_request',
    detail: `The tenant was not granted: ${beyond.join(', ')}.`,
    source: 'gateway',
    errors: [{ field: 'scopes', message: `the tenant was not granted: ${beyond.join(', ')}` }],
  })

/** An expiry that lies in the past already. */
export const expiryPassed = () =>
  new FailureError({
    code: 'invalid_request',
    detail: 'expires_at: must lie in the future.',
    source: 'gateway',
    errors: [{ field: 'expires_at', message: 'must lie in the future' }],
  })
