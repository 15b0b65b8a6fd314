import type { CachedJudgment, JudgmentCache } from './judgment-cache.ts'

/**
 * Replaces the edge cache where one isolate serves everything: there is no other isolate to share with, and the tenant's object,
 * which every miss asks anyway, knows each stored judgment.
 */
export class NoJudgmentCache implements JudgmentCache {
  async get(): Promise<CachedJudgment | null> {
    return null
  }

  async put(): Promise<void> {}

  async delete(): Promise<void> {}
}
