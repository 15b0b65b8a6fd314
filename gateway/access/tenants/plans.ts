import { asc, eq } from 'drizzle-orm'
import { plans } from '../../../schema/db/control.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'

export type PlanRow = typeof plans.$inferSelect

/** The plans: limits by name. A changed plan reaches all its tenants within seconds. */
export class Plans {
  readonly #database: ControlDatabase
  readonly #audit: AuditLog

  constructor(database: ControlDatabase, audit: AuditLog) {
    this.#database = database
    this.#audit = audit
  }

  list(): Promise<PlanRow[]> {
    return this.#database.select().from(plans).orderBy(asc(plans.id))
  }

  find(id: string): Promise<PlanRow | undefined> {
    return this.#database.select().from(plans).where(eq(plans.id, id)).get()
  }

  async put(plan: PlanRow, actor: string): Promise<void> {
    const { id, name: _, models, ...limits } = plan
    const detail = { ...limits, models: models?.join(' ') ?? null }
    await this.#audit.commit({ actor, action: 'plan.put', subject: id, detail }, [
      this.#database.insert(plans).values(plan).onConflictDoUpdate({ target: plans.id, set: plan }),
    ])
  }
}
