import type { Judgment } from '../../schema/api/judgments.ts'

export interface WrittenJudgment {
  judgment: Judgment
  /** The same as JSON, as it goes out. */
  json: string
}

export interface CachedJudgment extends WrittenJudgment {
  /** When it was put into the cache, in milliseconds since 1970. */
  storedAt: number
  layer: 'memory' | 'edge'
}

/** Caches complete, rated judgments. Every entry belongs to the scope of one tenant. */
export interface JudgmentCache {
  get(scope: string, fingerprint: string): Promise<CachedJudgment | null>
  put(scope: string, fingerprint: string, written: WrittenJudgment): Promise<void>
  delete(scope: string, fingerprint: string): Promise<void>
}

/**
 * The scope of a tenant's entries. It changes when a tenant is deleted and made again under the same id, so that
 * nothing of the former one answers the latter.
 */
export const toCacheScope = ({ tenantId, tenantCreatedAt }: { tenantId: string; tenantCreatedAt: number }) =>
  `${tenantId}.${tenantCreatedAt}`

/** Lifetime of a cached judgment in seconds. */
export const judgmentTtl = 3_600
