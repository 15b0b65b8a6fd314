import { and, eq, isNull, sql } from 'drizzle-orm'
import { apiKeys, tenants } from '../../schema/db/control.ts'
import { type ControlDatabase, commit, isDuplicate } from '../platform/control-database.ts'
import { type FreshKey, type KeyFactory, type KeyRow, minTime } from './fresh-key.ts'
import { deleteKeyIf, exceedsBound, isUsable } from './key-conditions.ts'
import { cannotRotate, noSuchKey, tooManyKeys } from './key-failures.ts'

interface Parts {
  database: ControlDatabase
  now: () => number
  factory: KeyFactory
}

interface Rotation {
  tenantId: string
  id: string
  graceSeconds: number | undefined
}

const defaultGraceSeconds = 24 * 3600

/**
 * Replaces a key. One transaction stores the fresh key, takes it back where the old one stopped working meanwhile
 * or the bound on keys is passed, and ends the old key only where the fresh one stayed.
 */
export async function rotateKey({ database, now, factory }: Parts, rotation: Rotation): Promise<FreshKey> {
  const { tenantId, id, graceSeconds = defaultGraceSeconds } = rotation
  const at = now()
  const old = await findKey(database, tenantId, id)
  if (!isUsable(old, at) || old.replacedBy !== null) throw cannotRotate()
  const tenant = await database.select().from(tenants).where(eq(tenants.id, tenantId)).get()
  if (tenant === undefined) throw noSuchKey()
  const { write, ...fresh } = await factory.prepare(tenant, { ...old, replaces: old.id })
  const isStillThere = and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt), isNull(apiKeys.replacedBy))
  const isOldGone = sql`not exists (select 1 from ${apiKeys} where ${isStillThere})`
  const isTooMany = exceedsBound(tenantId, at, graceSeconds === 0 ? id : undefined)
  const isFreshStored = sql`exists (select 1 from ${apiKeys} where ${apiKeys.id} = ${fresh.row.id})`
  try {
    await commit(database, [
      write,
      deleteKeyIf(database, fresh.row, sql`(${isOldGone} or ${isTooMany})`),
      database
        .update(apiKeys)
        .set({ replacedBy: fresh.row.id, expiresAt: minTime(at + graceSeconds * 1000, old.expiresAt) })
        .where(and(eq(apiKeys.id, id), isFreshStored)),
    ])
  } catch (error) {
    if (isDuplicate(error, 'api_keys')) throw cannotRotate()
    throw error
  }
  const { replacedBy, revokedAt } = await findKey(database, tenantId, id)
  if (replacedBy === fresh.row.id) return fresh
  throw replacedBy === null && revokedAt === null ? tooManyKeys() : cannotRotate()
}

async function findKey(database: ControlDatabase, tenantId: string, id: string): Promise<KeyRow> {
  const row = await database
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.id, id), eq(apiKeys.tenantId, tenantId)))
    .get()
  if (row === undefined) throw noSuchKey()
  return row
}
