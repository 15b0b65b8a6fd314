import type { UsageRow } from '../../schema/api/usage.ts'
import { toLatency } from './latency-buckets.ts'
import type { CountedUsage } from './usage-store.ts'

type Counts = Omit<CountedUsage, 'day' | 'keyId' | 'model'>

/** The counts of a row of usage as the API names them. */
export function usageCounts(row: Counts): Omit<UsageRow, 'day' | 'key_id' | 'model'> {
  return {
    requests: row.requests,
    rated: row.rated,
    no_rating: row.noRating,
    truncated: row.truncated,
    failed: row.failed,
    prompt_tokens: row.promptTokens,
    completion_tokens: row.completionTokens,
    cached_edge: row.cachedEdge,
    cached_stored: row.cachedStored,
    joined: row.joined,
    latency: toLatency(row.latency),
  }
}

export function usageRow(row: CountedUsage): UsageRow {
  return { day: row.day, model: row.model, key_id: row.keyId, ...usageCounts(row) }
}
