import { and, eq } from 'drizzle-orm'
import type { PauseReason } from '../../schema/api/queued-work.ts'
import { apiKeys, tenants } from '../../schema/db/control.ts'
import { controlDatabase } from '../platform/control-database.ts'

/** Why work may not go on: for now, or for good because its tenant is gone or its key was revoked. */
export type WorkStop = PauseReason | 'tenant_gone' | 'key_revoked'

interface Owner {
  tenantId: string
  keyId: string
}

/** Whether work in the background may go on: null when it may. A key that has only expired stops nothing. */
export async function findWorkStop(db: D1Database, { tenantId, keyId }: Owner): Promise<WorkStop | null> {
  const found = await controlDatabase(db)
    .select({ status: tenants.status, revokedAt: apiKeys.revokedAt })
    .from(tenants)
    .leftJoin(apiKeys, and(eq(apiKeys.tenantId, tenants.id), eq(apiKeys.id, keyId)))
    .where(eq(tenants.id, tenantId))
    .get()
  if (found === undefined) return 'tenant_gone'
  if (found.status === 'suspended') return 'tenant_suspended'
  if (found.status === 'deleting') return 'tenant_deleted'
  return found.revokedAt === null ? null : 'key_revoked'
}
