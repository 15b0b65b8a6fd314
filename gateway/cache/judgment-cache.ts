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

/** Remembers complete, rated judgments. Every entry belongs to one tenant; nothing crosses tenants. */
export interface JudgmentCache {
  get(tenantId: string, fingerprint: string): Promise<CachedJudgment | null>
  put(tenantId: string, fingerprint: string, written: WrittenJudgment): Promise<void>
  delete(tenantId: string, fingerprint: string): Promise<void>
}

/** How long a cached judgment is served, in seconds. */
export const judgmentTtl = 3_600
