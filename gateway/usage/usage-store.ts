import { and, desc, eq, getTableColumns, gte, lte, sql } from 'drizzle-orm'
import { rateMarks, usage, usageLatency } from '../../schema/db/tenant.ts'
import type { LimitMemory } from '../limits/admission.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { type BucketCounts, toBucket } from './latency-buckets.ts'

/** The result of a run, for the counts; chat completions have no verdict. */
export type RunResult = 'rated' | 'no_rating' | 'truncated' | 'failed' | 'chat'

export interface UsageKey {
  day: string
  keyId: string
  model: string
}

export interface RunUsage {
  prompt: number
  completion: number
  /** Duration of a run that gave an answer. */
  milliseconds: number | null
}

/** A run that ended. */
export interface EndedRun {
  by: UsageKey
  result: RunResult
  used: RunUsage
}

/** Requests that were answered without a run, by what answered them. */
export type RepeatKind = 'cachedEdge' | 'cachedStored' | 'joined'

export interface UsageFilter {
  from: string
  to: string
  model?: string | undefined
  key?: string | undefined
}

/** The counts of one day, key and model, with how long its runs took. */
export type CountedUsage = typeof usage.$inferSelect & { latency: BucketCounts }

/** Usage of the tenant by Korean day, key and model, and the state of its limits over a restart. */
export class UsageStore implements LimitMemory {
  readonly #database: TenantDatabase
  readonly #statements: ReturnType<typeof prepareStatements>

  constructor(database: TenantDatabase) {
    this.#database = database
    this.#statements = prepareStatements(database)
  }

  record(by: UsageKey, result: RunResult, used: RunUsage): void {
    this.recordRuns([{ by, result, used }])
  }

  /** Counts runs; equal days, keys and models share a statement. */
  recordRuns(runs: readonly EndedRun[]): void {
    for (const same of Map.groupBy(runs, ({ by }) => toName(by)).values()) {
      const { by } = same[0]!
      const count = (result: RunResult) => same.filter((run) => run.result === result).length
      this.#add(by, {
        requests: same.length,
        rated: count('rated'),
        noRating: count('no_rating'),
        truncated: count('truncated'),
        failed: count('failed'),
        promptTokens: same.reduce((sum, { used }) => sum + used.prompt, 0),
        completionTokens: same.reduce((sum, { used }) => sum + used.completion, 0),
      })
      const durations = same.map(({ used }) => used.milliseconds).filter((ms) => ms !== null)
      for (const [bucket, those] of Map.groupBy(durations, toBucket)) {
        this.#statements.addLatency.run({ ...by, bucket, runs: those.length })
      }
    }
  }

  recordRepeats(by: UsageKey, how: RepeatKind, requests: number): void {
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

  getArrival(subject: string): number {
    const row = this.#database.select().from(rateMarks).where(eq(rateMarks.subject, subject)).get()
    return row?.arrival ?? 0
  }

  saveArrival(subject: string, arrival: number): void {
    this.#statements.saveArrival.run({ subject, arrival })
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
      const counts = latencies.get(toName(row)) ?? {}
      counts[row.bucket] = row.runs
      latencies.set(toName(row), counts)
    }
    return this.#database
      .select()
      .from(usage)
      .where(matching(usage))
      .orderBy(desc(usage.day), usage.keyId, usage.model)
      .all()
      .map((row) => ({ ...row, latency: latencies.get(toName(row)) ?? {} }))
  }

  #add(by: UsageKey, counts: Partial<Counts>): void {
    this.#statements.add.run({ ...nothing, ...counts, ...by })
  }
}

type Counts = Omit<typeof usage.$inferSelect, keyof UsageKey>

const nothing: Counts = {
  requests: 0,
  rated: 0,
  noRating: 0,
  truncated: 0,
  failed: 0,
  promptTokens: 0,
  completionTokens: 0,
  cachedEdge: 0,
  cachedStored: 0,
  joined: 0,
}

/** The statements of every run, prepared once: writing their SQL takes longer than running them. */
function prepareStatements(database: TenantDatabase) {
  const counts = Object.keys(nothing) as (keyof Counts)[]
  const columns = getTableColumns(usage)
  const given = Object.fromEntries(Object.keys(columns).map((name) => [name, sql.placeholder(name)]))
  const added = counts.map((name) => [
    name,
    sql`${columns[name]} + excluded.${sql.identifier(columns[name].name)}`,
  ])
  return {
    add: database
      .insert(usage)
      .values(given as unknown as typeof usage.$inferInsert)
      .onConflictDoUpdate({
        target: [usage.day, usage.keyId, usage.model],
        set: Object.fromEntries(added),
      })
      .prepare(),
    addLatency: database
      .insert(usageLatency)
      .values({
        day: sql.placeholder('day'),
        keyId: sql.placeholder('keyId'),
        model: sql.placeholder('model'),
        bucket: sql.placeholder('bucket'),
        runs: sql.placeholder('runs'),
      })
      .onConflictDoUpdate({
        target: [usageLatency.day, usageLatency.keyId, usageLatency.model, usageLatency.bucket],
        set: { runs: sql`${usageLatency.runs} + excluded.runs` },
      })
      .prepare(),
    saveArrival: database
      .insert(rateMarks)
      .values({ subject: sql.placeholder('subject'), arrival: sql.placeholder('arrival') })
      .onConflictDoUpdate({ target: rateMarks.subject, set: { arrival: sql`excluded.arrival` } })
      .prepare(),
  }
}

const toName = ({ day, keyId, model }: UsageKey) => `${day} ${keyId} ${model}`
