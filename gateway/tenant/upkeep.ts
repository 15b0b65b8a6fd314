import { and, isNotNull, lt, min } from 'drizzle-orm'
import { usageRollups } from '../../schema/db/control.ts'
import { attempts, judgments } from '../../schema/db/tenant.ts'
import type { ControlDatabase } from '../control-database.ts'
import { koreanDay, koreanDaysAgo } from '../limits/korean-day.ts'
import type { TenantDatabase } from './database.ts'
import { type IdempotentAnswers, keptMs } from './idempotent-answers.ts'
import type { UsageStore } from './usage-store.ts'

const hourMs = 3_600_000
const attemptsKeptMs = 30 * 24 * hourMs
const nameKey = 'tenant-id'

interface UpkeepDependencies {
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
export class Upkeep {
  readonly #dependencies: UpkeepDependencies
  #scheduled = false

  constructor(dependencies: UpkeepDependencies) {
    this.#dependencies = dependencies
  }

  /** Sees to it that the alarm rings within the hour. */
  async schedule(tenantId: string): Promise<void> {
    if (this.#scheduled) return
    this.#scheduled = true
    const { storage, now } = this.#dependencies
    storage.kv.put(nameKey, tenantId)
    const next = await storage.getAlarm()
    if (next === null || next > now() + hourMs) await storage.setAlarm(now() + hourMs)
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
    idempotentAnswers.clear(now() - keptMs)
    await this.#sendUsage()
    const next =
      database
        .select({ at: min(judgments.expiresAt) })
        .from(judgments)
        .get()?.at ?? null
    if (next !== null) await storage.setAlarm(Math.max(next, now() + hourMs))
  }

  /** Today and yesterday, which a run over midnight may still have changed. */
  async #sendUsage(): Promise<void> {
    const { storage, control, usage, now } = this.#dependencies
    const tenantId = storage.kv.get<string>(nameKey)
    if (tenantId === undefined) return
    const sums = new Map<string, typeof usageRollups.$inferInsert>()
    for (const row of usage.rows({ from: koreanDaysAgo(now(), 1), to: koreanDay(now()) })) {
      const sum = sums.get(`${row.day} ${row.model}`)
      sums.set(`${row.day} ${row.model}`, {
        tenantId,
        day: row.day,
        model: row.model,
        requests: (sum?.requests ?? 0) + row.requests,
        rated: (sum?.rated ?? 0) + row.rated,
        noRating: (sum?.noRating ?? 0) + row.no_rating,
        truncated: (sum?.truncated ?? 0) + row.truncated,
        failed: (sum?.failed ?? 0) + row.failed,
        promptTokens: (sum?.promptTokens ?? 0) + row.prompt_tokens,
        completionTokens: (sum?.completionTokens ?? 0) + row.completion_tokens,
      })
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
