import { lt, min } from 'drizzle-orm'
import type { batches, files } from '../../schema/db/batches.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

/** What is kept for a time, and then deleted. */
type Kept = typeof batches | typeof files

/** The ids of what has outlived its time. */
export function expiredIn(database: TenantDatabase, kept: Kept, now: number): string[] {
  const rows = database.select({ id: kept.id }).from(kept).where(lt(kept.expiresAt, now)).all()
  return rows.map(({ id }) => id)
}

/** When the next of it has outlived its time; null where there is nothing. */
export function nextExpiryIn(database: TenantDatabase, kept: Kept): number | null {
  const next = database
    .select({ at: min(kept.expiresAt) })
    .from(kept)
    .get()
  return next?.at ?? null
}
