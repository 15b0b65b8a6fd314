import { and, desc, eq, gte, lte, sql } from 'drizzle-orm'
import type { UsageRow } from '../../schema/api/usage.ts'
import { rateMarks, usage } from '../../schema/db/tenant.ts'
import type { LimitMemory } from '../limits/admission.ts'
import type { TenantDatabase } from './database.ts'

/** How a run ended, for the counts: chat completions are runs without a verdict. */
export type RunResult = 'rated' | 'no_rating' | 'truncated' | 'failed' | 'chat'

export interface UsedBy {
  day: string
  keyId: string
  model: string
}

export interface UsageFilter {
  from: string
  to: string
  model?: string | undefined
  key?: string | undefined
}

/** What the tenant used, by Korean day, key and model. Also what the limits remember over a restart. */
export class UsageStore implements LimitMemory {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  record(by: UsedBy, result: RunResult, promptTokens: number, completionTokens: number): void {
    const counts = {
      requests: 1,
      rated: Number(result === 'rated'),
      noRating: Number(result === 'no_rating'),
      truncated: Number(result === 'truncated'),
      failed: Number(result === 'failed'),
      promptTokens,
      completionTokens,
    }
    const added = Object.fromEntries(
      Object.keys(counts).map((name) => {
        const column = usage[name as keyof typeof counts]
        return [name, sql`${column} + ${counts[name as keyof typeof counts]}`]
      }),
    )
    this.#database
      .insert(usage)
      .values({ ...by, ...counts })
      .onConflictDoUpdate({ target: [usage.day, usage.keyId, usage.model], set: added })
      .run()
  }

  tokensUsed(day: string, keyId: string | null): number {
    const row = this.#database
      .select({ tokens: sql<number>`coalesce(sum(${usage.promptTokens} + ${usage.completionTokens}), 0)` })
      .from(usage)
      .where(and(eq(usage.day, day), keyId === null ? undefined : eq(usage.keyId, keyId)))
      .get()
    return row?.tokens ?? 0
  }

  arrivalOf(subject: string): number {
    const row = this.#database.select().from(rateMarks).where(eq(rateMarks.subject, subject)).get()
    return row?.arrival ?? 0
  }

  saveArrival(subject: string, arrival: number): void {
    this.#database
      .insert(rateMarks)
      .values({ subject, arrival })
      .onConflictDoUpdate({ target: rateMarks.subject, set: { arrival } })
      .run()
  }

  rows({ from, to, model, key }: UsageFilter): UsageRow[] {
    return this.#database
      .select({
        day: usage.day,
        model: usage.model,
        key_id: usage.keyId,
        requests: usage.requests,
        rated: usage.rated,
        no_rating: usage.noRating,
        truncated: usage.truncated,
        failed: usage.failed,
        prompt_tokens: usage.promptTokens,
        completion_tokens: usage.completionTokens,
      })
      .from(usage)
      .where(
        and(
          gte(usage.day, from),
          lte(usage.day, to),
          model === undefined ? undefined : eq(usage.model, model),
          key === undefined ? undefined : eq(usage.keyId, key),
        ),
      )
      .orderBy(desc(usage.day), usage.keyId, usage.model)
      .all()
  }
}
