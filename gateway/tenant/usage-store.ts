import { and, desc, eq, gte, lte, sql } from 'drizzle-orm'
import { rateMarks, usage, usageLatency } from '../../schema/db/tenant.ts'
import type { LimitMemory } from '../limits/admission.ts'
import type { TenantDatabase } from './database.ts'
import { type BucketCounts, bucketOf } from './latency-buckets.ts'

/** How a run ended, for the counts: chat completions are runs without a verdict. */
export type RunResult = 'rated' | 'no_rating' | 'truncated' | 'failed' | 'chat'

export interface UsedBy {
  day: string
  keyId: string
  model: string
}

export interface Used {
  prompt: number
  completion: number
  /** How long the run took, where it gave an answer. */
  milliseconds: number | null
}

/** Requests that were answered without a run, by what answered them. */
export type WithoutRun = 'cachedEdge' | 'cachedStored' | 'joined'

export interface UsageFilter {
  from: string
  to: string
  model?: string | undefined
  key?: string | undefined
}

/** The counts of one day, key and model, with how long its runs took. */
export type CountedUsage = typeof usage.$inferSelect & { latency: BucketCounts }

/** What the tenant used, by Korean day, key and model. Also what the limits remember over a restart. */
export class UsageStore implements LimitMemory {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  record(by: UsedBy, result: RunResult, { prompt, completion, milliseconds }: Used): void {
    this.#add(by, {
      requests: 1,
      rated: Number(result === 'rated'),
      noRating: Number(result === 'no_rating'),
      truncated: Number(result === 'truncated'),
      failed: Number(result === 'failed'),
      promptTokens: prompt,
      completionTokens: completion,
    })
    if (milliseconds === null) return
    this.#database
      .insert(usageLatency)
      .values({ ...by, bucket: bucketOf(milliseconds), runs: 1 })
      .onConflictDoUpdate({
        target: [usageLatency.day, usageLatency.keyId, usageLatency.model, usageLatency.bucket],
        set: { runs: sql`${usageLatency.runs} + 1` },
      })
      .run()
  }

  recordWithoutRun(by: UsedBy, how: WithoutRun, requests: number): void {
    this.#add(by, { [how]: requests })
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

  /** Newest day first. */
  counted({ from, to, model, key }: UsageFilter): CountedUsage[] {
    const matching = (table: typeof usage | typeof usageLatency) =>
      and(
        gte(table.day, from),
        lte(table.day, to),
        model === undefined ? undefined : eq(table.model, model),
        key === undefined ? undefined : eq(table.keyId, key),
      )
    const latencies = new Map<string, BucketCounts>()
    for (const row of this.#database.select().from(usageLatency).where(matching(usageLatency)).all()) {
      const counts = latencies.get(nameOf(row)) ?? {}
      counts[row.bucket] = row.runs
      latencies.set(nameOf(row), counts)
    }
    return this.#database
      .select()
      .from(usage)
      .where(matching(usage))
      .orderBy(desc(usage.day), usage.keyId, usage.model)
      .all()
      .map((row) => ({ ...row, latency: latencies.get(nameOf(row)) ?? {} }))
  }

  #add(by: UsedBy, counts: Partial<Omit<typeof usage.$inferInsert, keyof UsedBy>>): void {
    const added = Object.fromEntries(
      Object.entries(counts).map(([name, count]) => {
        const column = usage[name as keyof typeof counts]
        return [name, sql`${column} + ${count}`]
      }),
    )
    this.#database
      .insert(usage)
      .values({ ...nothing, ...by, ...counts })
      .onConflictDoUpdate({ target: [usage.day, usage.keyId, usage.model], set: added })
      .run()
  }
}

const nothing = {
  requests: 0,
  rated: 0,
  noRating: 0,
  truncated: 0,
  failed: 0,
  promptTokens: 0,
  completionTokens: 0,
}

const nameOf = ({ day, keyId, model }: UsedBy) => `${day} ${keyId} ${model}`
