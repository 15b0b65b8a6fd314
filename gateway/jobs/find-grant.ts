import type { CurrentGrantLookup, Grant, GrantStop } from '../auth/current-grant.ts'
import type { Work } from './work.ts'

/** Reason why a job may not continue under its key, temporarily or permanently. */
export type JobStop = GrantStop | 'scope_withdrawn'

/** Returns the current grant of a chunk, or why it may not run. */
export async function findGrant(
  currentGrant: CurrentGrantLookup,
  { tenantId, keyId }: Work,
): Promise<{ grant: Grant } | { stop: JobStop }> {
  const current = await currentGrant(tenantId, keyId)
  if ('stopped' in current) return { stop: current.stopped }
  return current.grant.scopes.includes('evaluate') ? current : { stop: 'scope_withdrawn' }
}
