import type { CachedJudgment } from './judgment-cache.ts'
import { judgmentTtl } from './judgment-cache.ts'

/** Source of a judgment that no cache had: the tenant's store, a run in flight, or a node. */
export type JudgmentSource = 'stored' | 'joined' | 'node'

/** The `Cache-Status` header (RFC 9211) of a cached judgment. */
export function hitStatus(cached: CachedJudgment, now: number): string {
  const age = toAge(cached, now)
  return `keval-edge; hit; ttl=${judgmentTtl - age}; detail=${cached.layer}`
}

/** The `Cache-Status` header of a judgment that no cache had. */
export function missStatus(source: JudgmentSource, stored: boolean): string {
  if (source === 'stored') return 'keval-edge; hit; detail=tenant-store'
  if (source === 'joined') return 'keval-edge; fwd=miss; collapsed'
  return stored ? 'keval-edge; fwd=miss; stored' : 'keval-edge; fwd=miss'
}

/** Whole seconds since the judgment was cached, for the `Age` header. */
export function toAge(cached: CachedJudgment, now: number): number {
  return Math.max(0, Math.min(judgmentTtl, Math.floor((now - cached.storedAt) / 1000)))
}
