import { eq } from 'drizzle-orm'
import { scopes } from '../../../schema/api/scopes.ts'
import { apiKeys, deletionReceipts, tenants } from '../../../schema/db/control.ts'
import { sha256Hex } from '../../../schema/judge/sha256.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import { keyStart, withChecksum } from '../../auth/api-key.ts'
import { base62OfBytes } from '../../platform/base62.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import type { KeyedHash } from '../../vault/keyed-hash.ts'

interface Parts {
  database: ControlDatabase
  audit: AuditLog
  hash: KeyedHash
  now: () => number
}

const demoTenant = 'ten_demo'
const demoKey = 'key_demo'

/**
 * Creates the demo tenant where it is missing, and returns its test key. The key follows from a secret of this
 * installation, so it stays the same from start to start without being stored.
 */
export async function ensureDemoTenant(
  { database, audit, hash, now }: Parts,
  actor: string,
): Promise<{ tenantId: string; key: string }> {
  const body = base62OfBytes(await hash.digest('demo-key', 'the test key of the demo tenant')).slice(0, 30)
  const key = withChecksum('test', body.padEnd(30, '0'))
  const tenant = {
    mode: 'test' as const,
    status: 'active' as const,
    planId: 'demo',
    scopes: [...scopes],
    expiresAt: null,
  }
  const apiKey = {
    name: 'Demo',
    hash: await sha256Hex(key),
    start: keyStart(key),
    scopes: [...scopes],
    limits: null,
    createdAt: now(),
    expiresAt: null,
    revokedAt: null,
    replacedBy: null,
  }
  await audit.commit({ actor, action: 'tenant.demo', subject: demoTenant }, [
    database
      .insert(tenants)
      .values({ id: demoTenant, ...tenant, createdAt: now() })
      .onConflictDoUpdate({ target: tenants.id, set: tenant }),
    database
      .insert(apiKeys)
      .values({ id: demoKey, tenantId: demoTenant, ...apiKey })
      .onConflictDoUpdate({ target: apiKeys.id, set: apiKey }),
    database.delete(deletionReceipts).where(eq(deletionReceipts.tenantId, demoTenant)),
  ])
  return { tenantId: demoTenant, key }
}
