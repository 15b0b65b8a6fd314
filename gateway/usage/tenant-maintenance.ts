import { and, isNotNull, lt, min } from 'drizzle-orm'
import { usageRollups } from '../../schema/db/control.ts'
import { attempts, judgments } from '../../schema/db/tenant.ts'
import type { IdempotentAnswers } from '../http/idempotency-store.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import { koreanDay, koreanDaysAgo } from '../platform/korean-day.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { mergeBuckets } from './latency-buckets.ts'
import type { CountedUsage, UsageStore } from './usage-store.ts'

type Rollup = typeof usageRollups.$inferSelect

const hourMs = 3_600_000
const attemptsKeptMs = 30 * 24 * hourMs
const nameKey = 'tenant-id'

interface MaintenanceDependencies {
  storage: DurableObjectStorage
  database: TenantDatabase
  control: ControlDatabase
  usage: UsageStore
  idempotentAnswers: IdempotentAnswers
  now: () => number
}

/**
 * What a tenant's object does by its own alarm: deletes what has outlived the plan's retention and sends sums
 * of its usage to the control plane. An object that was not used sets no alarm.
 */
export class TenantMaintenance {
  readonly #dependencies: MaintenanceDependencies
  #scheduled = false

  constructor(dependencies: MaintenanceDependencies) {
    this.#dependencies = dependencies
  }

  /** Sees to it that the alarm rings within the hour. */
  async schedule(tenantId: string): Promise<void> {
    if (this.#scheduled) return
    this.#scheduled = true
    const { storage, now } = this.#dependencies
    storage.kv.put(nameKey, tenantId)
    await ensureAlarmBefore(storage, now() + hourMs)
  }

  async run(): Promise<void> {
    const { storage, database, idempotentAnswers, now } = this.#dependencies
    this.#scheduled = false
    database
      .delete(judgments)
      .where(and(isNotNull(judgments.expiresAt), lt(judgments.expiresAt, now())))
      .run()
    database
      .delete(attempts)
      .where(lt(attempts.createdAt, now() - attemptsKeptMs))
      .run()
    idempotentAnswers.clear(now())
    await this.#sendUsage()
    const next =
      database
        .select({ at: min(judgments.expiresAt) })
        .from(judgments)
        .get()?.at ?? null
    if (next !== null) await ensureAlarmBefore(storage, Math.max(next, now() + hourMs))
  }

  /** Today and yesterday, which a run over midnight may still have changed. */
  async #sendUsage(): Promise<void> {
    const { storage, control, usage, now } = this.#dependencies
    const tenantId = storage.kv.get<string>(nameKey)
    if (tenantId === undefined) return
    const sums = new Map<string, Rollup>()
    for (const row of usage.counted({ from: koreanDaysAgo(now(), 1), to: koreanDay(now()) })) {
      const name = `${row.day} ${row.model}`
      const { keyId: _, ...counts } = row
      const sum = sums.get(name)
      sums.set(name, sum === undefined ? { tenantId, ...counts } : added(sum, row))
    }
    for (const sum of sums.values()) {
      await control
        .insert(usageRollups)
        .values(sum)
        .onConflictDoUpdate({
          target: [usageRollups.tenantId, usageRollups.day, usageRollups.model],
          set: sum,
        })
    }
  }
}

function added(sum: Rollup, row: CountedUsage): Rollup {
  return {
    ...sum,
    requests: sum.requests + row.requests,
    rated: sum.rated + row.rated,
    noRating: sum.noRating + row.noRating,
    truncated: sum.truncated + row.truncated,
    failed: sum.failed + row.failed,
    promptTokens: sum.promptTokens + row.promptTokens,
    completionTokens: sum.completionTokens + row.completionTokens,
    cachedEdge: sum.cachedEdge + row.cachedEdge,
    cachedStored: sum.cachedStored + row.cachedStored,
    joined: sum.joined + row.joined,
    latency: mergeBuckets(sum.latency, row.latency),
  }
}
