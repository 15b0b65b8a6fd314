import type { Scope } from '../../schema/api/scopes.ts'
import { apiKeys, type KeyLimits } from '../../schema/db/control.ts'
import { sha256Hex } from '../../schema/judge/sha256.ts'
import type { RandomBytes } from '../platform/base62.ts'
import type { ControlDatabase, Write } from '../platform/control-database.ts'
import { createApiKey, type KeyMode, keyStart } from './api-key.ts'
import { newId } from './token.ts'

export type KeyRow = typeof apiKeys.$inferSelect

export interface KeyRequest {
  name: string
  scopes?: readonly Scope[]
  limits?: KeyLimits | null
  expiresAt?: number | null
}

/** The parts of a tenant that its keys take over. */
export interface KeyOwner {
  id: string
  mode: KeyMode
  expiresAt: number | null
}

/** A key in the clear. It exists in one response and is stored nowhere. */
export interface FreshKey {
  key: string
  row: KeyRow
}

/** Makes keys, and the writes that store them. */
export class KeyFactory {
  readonly #database: ControlDatabase
  readonly #now: () => number
  readonly #random: RandomBytes

  constructor(database: ControlDatabase, now: () => number, random: RandomBytes) {
    this.#database = database
    this.#now = now
    this.#random = random
  }

  /**
   * A fresh key and the write that stores it. The row returned shows the end the key really has; the stored row
   * has its own, so that renewing the tenant renews the key.
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
    const shown = { ...row, expiresAt: minTime(row.expiresAt, tenant.expiresAt) }
    return { key, row: shown, write: this.#database.insert(apiKeys).values(row) }
  }
}

/** The earlier of two times, where null means never. */
export function minTime(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other
  return Math.min(one, other)
}
