import type { Scope } from '../../schema/api/scopes.ts'
import type { Rates } from '../limits/limits.ts'
import type { TenantLimits } from './identity.ts'
import type { KeyRecord, KeyRecords } from './key-records.ts'
import { RecordCache } from './record-cache.ts'

/** Looks up the current grant of background work, under the key that started it. */
export interface Grant {
  scopes: readonly Scope[]
  /** The tenant's limits; `models` is null for every model served. */
  limits: TenantLimits
  /** The key's own limits; null where it has none. */
  keyLimits: Required<Rates> | null
}

/** Reason why work may not continue: temporarily (suspended), or permanently. */
export type GrantStop = 'tenant_gone' | 'tenant_deleted' | 'tenant_suspended' | 'key_revoked'

export type CurrentGrant = { grant: Grant } | { stopped: GrantStop }

/**
 * Reads what a tenant and one of its keys are granted now. Work in the background asks at every chunk; answers
 * are cached for four seconds, and survive an outage of the storage for ten minutes. A key that only expired or
 * was rotated stops nothing. Throws where the storage does not answer and nothing is known.
 */
export type CurrentGrantLookup = (tenantId: string, keyId: string) => Promise<CurrentGrant>

/** Makes the lookup over the stored records. */
export function currentGrantLookup(parts: { records: KeyRecords; now: () => number }): CurrentGrantLookup {
  const cache = new RecordCache({
    read: (id) => {
      const [tenantId = '', keyId = ''] = id.split(' ')
      return parts.records.findByIds(tenantId, keyId)
    },
    now: parts.now,
    work: 'key lookup',
  })
  return async (tenantId, keyId) => toGrant(await cache.get(`${tenantId} ${keyId}`))
}

function toGrant(found: KeyRecord | 'tenant_gone' | 'key_gone'): CurrentGrant {
  if (found === 'tenant_gone') return { stopped: 'tenant_gone' }
  if (found === 'key_gone') return { stopped: 'key_revoked' }
  if (found.tenantStatus === 'deleting') return { stopped: 'tenant_deleted' }
  if (found.tenantStatus !== 'active') return { stopped: 'tenant_suspended' }
  if (found.revoked) return { stopped: 'key_revoked' }
  const { scopes, limits, keyLimits } = found
  return { grant: { scopes, limits, keyLimits } }
}
