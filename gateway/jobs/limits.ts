import type { Grant } from '../auth/current-grant.ts'
import type { AppliedLimits } from '../limits/limits.ts'

/** Jobs are paced by how much runs at a time, not by requests per minute. */
const unlimitedRequests = 1_000_000

/** Concurrent items of a tenant; one slot is left for interactive requests. */
export function countPermits({ limits, keyLimits }: Grant): number {
  const permits = Math.max(1, limits.concurrent - 1)
  return keyLimits === null ? permits : Math.min(permits, keyLimits.concurrent)
}

/** The limits of one item. */
export function toItemLimits({ limits, keyLimits }: Grant): AppliedLimits {
  return {
    tenant: {
      ...limits,
      requestsPerMinute: unlimitedRequests,
      concurrent: Math.max(1, limits.concurrent - 1),
    },
    key: keyLimits === null ? null : { ...keyLimits, requestsPerMinute: unlimitedRequests },
  }
}
