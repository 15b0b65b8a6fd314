import type { WorkBounds } from '../../schema/api/queued-work.ts'
import type { Identity } from '../auth/identity.ts'
import type { AppliedLimits } from '../limits/limits.ts'

/** Work in the background is paced by the queue and by how much runs at a time, not by requests per minute. */
const unpaced = 1_000_000

/** What work in the background is held to from now on. */
export function boundsOf({ limits, keyLimits }: Identity): WorkBounds {
  // one place is left for requests that somebody waits for
  const concurrent = Math.max(1, limits.concurrent - 1)
  if (keyLimits == null) return { concurrent, tokensPerDay: limits.tokensPerDay, key: null }
  return {
    concurrent: Math.min(concurrent, keyLimits.concurrent),
    tokensPerDay: limits.tokensPerDay,
    key: { concurrent: keyLimits.concurrent, tokensPerDay: keyLimits.tokensPerDay },
  }
}

/** The limits of one run of such work. */
export function limitsOfWork({ concurrent, tokensPerDay, key }: WorkBounds): AppliedLimits {
  return {
    tenant: { requestsPerMinute: unpaced, concurrent, tokensPerDay },
    key: key === null ? null : { requestsPerMinute: unpaced, ...key },
  }
}
