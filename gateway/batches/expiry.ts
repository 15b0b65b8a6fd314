import { lt, min } from 'drizzle-orm'
import type { batches, files } from '../../schema/db/batches.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

/** Records that are deleted when they expire. */
type Kept = typeof batches | typeof files

/** The ids of expired records. */
export function expiredIn(database: TenantDatabase, kept: Kept, now: number): string[] {
  const rows = database.select({ id: kept.id }).from(kept).where(lt(kept.expiresAt, now)).all()
  return rows.map(({ id }) => id)
}

/** When the next record expires; null where there is none. */
export function nextExpiryIn(database: TenantDatabase, kept: Kept): number | null {
  const next = database
    .select({ at: min(kept.expiresAt) })
    .from(kept)
    .get()
  return next?.at ?? null
}
