import { type Failure, reason } from '../../../schema/api/errors.ts'
import type { CurrentGrantLookup, GrantStop } from '../../auth/current-grant.ts'
import type { Admitted } from '../../limits/admission.ts'
import type { AdmissionQueue } from '../../limits/admission-queue.ts'
import type { AppliedLimits } from '../../limits/limits.ts'

interface AdmissionParts {
  admission: AdmissionQueue
  currentGrant: CurrentGrantLookup
  now: () => number
}

interface AskedRun {
  tenantId: string
  keyId: string
  /** The most tokens it may use. */
  tokens: number
  limits: AppliedLimits
}

/** A run that waited less was authenticated a moment ago. */
const longWaitMs = 1_000

/**
 * Admits a run, at once or after a wait for a slot; null when `signal` was aborted meanwhile. After a wait the key has
 * to be valid still: it may have been revoked, or its tenant suspended.
 */
export async function admitRun(
  { admission, currentGrant, now }: AdmissionParts,
  { tenantId, keyId, tokens, limits }: AskedRun,
  signal: AbortSignal | undefined,
): Promise<Admitted | null> {
  const askedAt = now()
  const admitted = await admission.admit(keyId, tokens, limits, signal)
  if (admitted === null || 'failure' in admitted || now() - askedAt < longWaitMs) return admitted
  const stopped = await findStop(currentGrant, tenantId, keyId)
  if (stopped === null) return admitted
  admission.settle(admitted.reservation, 0)
  return { failure: toFailure(stopped), report: admitted.report }
}

async function findStop(
  currentGrant: CurrentGrantLookup,
  tenantId: string,
  keyId: string,
): Promise<GrantStop | null> {
  try {
    const current = await currentGrant(tenantId, keyId)
    return 'stopped' in current ? current.stopped : null
  } catch {
    // the key was valid before the wait; an outage of the control database stops nothing
    return null
  }
}

function toFailure(stopped: GrantStop): Failure {
  return stopped === 'tenant_suspended'
    ? { code: 'tenant_suspended', ...reason('tenant_suspended'), source: 'gateway' }
    : { code: 'invalid_api_key', ...reason('api_key_invalid'), source: 'gateway' }
}
