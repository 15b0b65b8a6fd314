import { eq } from 'drizzle-orm'
import type { PauseReason } from '../../schema/api/evaluations.ts'
import { tenants } from '../../schema/db/control.ts'
import { controlDatabase } from '../control-database.ts'

/** Whether the work of a tenant may go on: null, why it may not for now, or `gone`. */
export async function standingOf(db: D1Database, tenantId: string): Promise<PauseReason | 'gone' | null> {
  const found = await controlDatabase(db)
    .select({ status: tenants.status })
    .from(tenants)
    .where(eq(tenants.id, tenantId))
    .get()
  if (found === undefined) return 'gone'
  if (found.status === 'suspended') return 'tenant_suspended'
  return found.status === 'deleting' ? 'tenant_deleted' : null
}
