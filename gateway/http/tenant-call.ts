import { FailureError, reason } from '../../schema/api/errors.ts'
import type { TenantStub } from '../tenant-rpc.ts'
import type { GatewayContext } from './context.ts'

/**
 * A call to the caller's tenant object. If the object was restarted in the middle, the run, its reservation
 * and its joiners ended with it and nothing was stored, so the call is made once more.
 */
export async function callTenant<T>(c: GatewayContext, call: (tenant: TenantStub) => Promise<T>): Promise<T> {
  try {
    return await call(c.get('tenant'))
  } catch (error) {
    if (!isRestart(error)) throw error
  }
  try {
    // a stub that has failed stays broken
    return await call(c.env.TENANTS.getByName(c.get('identity').tenantId))
  } catch (error) {
    if (!isRestart(error)) throw error
    throw new FailureError({
      code: 'storage_unavailable',
      ...reason('storage_restarting'),
      source: 'gateway',
      retryAfter: 2,
    })
  }
}

/** Marks the platform puts on failures of the object itself, not of what it ran. */
function isRestart(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const marks = error as Error & { retryable?: boolean; durableObjectReset?: boolean; overloaded?: boolean }
  return marks.durableObjectReset === true || marks.retryable === true || marks.overloaded === true
}
