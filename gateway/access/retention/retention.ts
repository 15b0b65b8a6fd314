import { and, asc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { ApplicationStatus } from '../../../schema/api/application-status.ts'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { applications as applicationsTable, tenants as tenantsTable } from '../../../schema/db/control.ts'
import type { AuditLog } from '../../audit/audit-log.ts'
import type { ControlDatabase } from '../../platform/control-database.ts'
import type { ApplicationStore } from '../applications/application-store.ts'
import type { TenantDeletion } from '../tenants/tenant-deletion.ts'
import type { RetentionPeriods } from './periods.ts'

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  tenantDeletion: TenantDeletion
  audit: AuditLog
  periods: () => RetentionPeriods
  now: () => number
}

const day = 86_400_000
/** How many of each kind one run takes on; the next run takes the next. */
const atOnce = 50

/** Ends what was left lying, and destroys data whose time is over. Whatever breaks off is done by the next run. */
export class Retention {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Applications whose address was not verified, or whose question was not answered. */
  async endForgotten(): Promise<number> {
    const { unverified, unanswered } = this.#parts.periods()
    const forgotten = [
      ...(await this.#waitingSince('submitted', unverified)),
      ...(await this.#waitingSince('info_requested', unanswered)),
    ]
    const { applications, audit } = this.#parts
    await eachForItself(forgotten, async (application) => {
      const entry = { actor: 'system', action: 'application.expire', subject: application.id }
      const step = applications.step(application, 'expire', { actor: 'system', reason: application.status })
      const writes = [...step, ...applications.destroy(application.id)]
      await applications.commit(writes, (all) => audit.commit(entry, all))
    })
    return forgotten.length
  }

  /** The data of applications that were rejected long enough ago. */
  async destroyRejected(): Promise<number> {
    const { applications, audit, periods } = this.#parts
    const rejected = await this.#waitingSince('rejected', periods().rejected)
    await eachForItself(rejected, async ({ id }) => {
      const entry = { actor: 'system', action: 'application.destroy', subject: id }
      await audit.commit(entry, applications.destroy(id))
    })
    return rejected.length
  }

  /** Tenants whose key was never claimed, whose access ended, or who stopped using it. */
  async deleteAbandoned(): Promise<number> {
    const { database, tenantDeletion, periods, now } = this.#parts
    const { unclaimed, inactive, ended } = periods()
    const unclaimedApplications = await this.#waitingSince('approved', unclaimed)
    const lastSign = sql`max(coalesce(${tenantsTable.lastUsedAt}, 0), ${tenantsTable.createdAt})`
    const over = await database
      .select({ id: tenantsTable.id })
      .from(tenantsTable)
      .where(
        and(
          eq(tenantsTable.mode, 'live'),
          sql`(${tenantsTable.expiresAt} < ${now() - ended * day} or ${lastSign} < ${now() - inactive * day})`,
        ),
      )
      .limit(atOnce)
    const ids = new Set([
      ...unclaimedApplications.flatMap(({ tenantId }) => tenantId ?? []),
      ...over.map(({ id }) => id),
      ...(await tenantDeletion.unfinished()),
    ])
    await eachForItself(ids, (id) => tenantDeletion.delete(id, 'system'))
    return ids.size
  }

  /** Claimed applications whose key was used for the first time. */
  async activate(): Promise<number> {
    const { database, applications } = this.#parts
    const used = await database
      .select()
      .from(applicationsTable)
      .innerJoin(tenantsTable, eq(applicationsTable.tenantId, tenantsTable.id))
      .where(and(eq(applicationsTable.status, 'claimed'), sql`${tenantsTable.lastUsedAt} is not null`))
      .limit(atOnce)
    await eachForItself(used, ({ applications: row }) =>
      applications.commit(applications.step(row, 'activate', { actor: 'system' })),
    )
    return used.length
  }

  async #waitingSince(status: ApplicationStatus, days: number): Promise<ApplicationRow[]> {
    const { database, now } = this.#parts
    return database
      .select()
      .from(applicationsTable)
      .where(
        and(
          eq(applicationsTable.status, status),
          lt(applicationsTable.changedAt, now() - days * day),
          isNull(applicationsTable.dataDestroyedAt),
        ),
      )
      .orderBy(asc(applicationsTable.changedAt))
      .limit(atOnce)
  }
}

/** One that fails holds up none behind it; the first failure is thrown once all had their turn. */
async function eachForItself<Item>(
  items: Iterable<Item>,
  end: (item: Item) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) await end(item).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
