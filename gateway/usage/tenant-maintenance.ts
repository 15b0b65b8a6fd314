import { and, isNotNull, lt, min } from 'drizzle-orm'
import { usageRollups } from '../../schema/db/control.ts'
import { attempts, judgments } from '../../schema/db/tenant.ts'
import type { IdempotencyStore } from '../http/idempotency-store.ts'
import { ensureAlarmBefore } from '../platform/alarm.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import { koreanDay, koreanDaysAgo } from '../platform/korean-day.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { mergeBuckets } from './latency-buckets.ts'
import type { CountedUsage, UsageStore } from './usage-store.ts'

type Rollup = typeof usageRollups.$inferSelect

const hourMs = 3_600_000
/** When the work is tried again after a part of it failed. */
const retryMs = 5 * 60_000
const attemptsKeptMs = 30 * 24 * hourMs
const nameKey = 'tenant-id'

interface MaintenanceDependencies {
  storage: DurableObjectStorage
  database: TenantDatabase
  control: ControlDatabase
  usage: UsageStore
  idempotency: IdempotencyStore
  now: () => number
}

/**
 * The periodic work of a tenant's object: deletes what has expired and sends sums of the usage to the control
 * plane. An object that is not used sets no alarm.
 */
export class TenantMaintenance {
  readonly #dependencies: MaintenanceDependencies
  #scheduled = false

  constructor(dependencies: MaintenanceDependencies) {
    this.#dependencies = dependencies
  }

  /** Sets the alarm within the hour. */
  async schedule(tenantId: string): Promise<void> {
    if (this.#scheduled) return
    this.#scheduled = true
    const { storage, now } = this.#dependencies
    storage.kv.put(nameKey, tenantId)
    await ensureAlarmBefore(storage, now() + hourMs)
  }

  /** The parts of the work, independent of each other. */
  parts(): Record<string, () => unknown> {
    const { database, idempotency, now } = this.#dependencies
    this.#scheduled = false
    return {
      judgments: () =>
        database
          .delete(judgments)
          .where(and(isNotNull(judgments.expiresAt), lt(judgments.expiresAt, now())))
          .run(),
      attempts: () =>
        database
          .delete(attempts)
          .where(lt(attempts.createdAt, now() - attemptsKeptMs))
          .run(),
      idempotency: () => idempotency.clear(now()),
      usage: () => this.#sendUsage(),
    }
  }

  /** Sets the alarm for what expires next, or soon after a failure. */
  async scheduleNext(hasFailed: boolean): Promise<void> {
    const { storage, database, idempotency, now } = this.#dependencies
    if (hasFailed) return ensureAlarmBefore(storage, now() + retryMs)
    const judgment = database
      .select({ at: min(judgments.expiresAt) })
      .from(judgments)
      .get()?.at
    const attempt = database
      .select({ at: attempts.createdAt })
      .from(attempts)
      .orderBy(attempts.id)
      .limit(1)
      .get()?.at
    const expiries = [judgment, attempt && attempt + attemptsKeptMs, idempotency.nextExpiry()]
    const next = Math.min(...expiries.map((at) => at ?? Number.POSITIVE_INFINITY))
    if (Number.isFinite(next)) await ensureAlarmBefore(storage, Math.max(next, now() + hourMs))
  }

  /** Sends the sums of today and of yesterday, which a run over midnight may still have changed. */
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
