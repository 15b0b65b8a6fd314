import { and, asc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { ApplicationStatus } from '../../../schema/api/application-status.ts'
import type { ApplicationRow } from '../../../schema/db/control.ts'
import { applications as applicationsTable, tenants as tenantsTable } from '../../../schema/db/control.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
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
/** Records of each kind that one run handles; the next run handles the next ones. */
const maxPerRun = 50

/** Ends abandoned applications and tenants, and destroys data after its period. Every run resumes the last one. */
export class Retention {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Ends applications whose address was not verified, or whose question was not answered. */
  async expireUnanswered(): Promise<number> {
    const { unverified, unanswered } = this.#parts.periods()
    const forgotten = [
      ...(await this.#waitingSince('submitted', unverified)),
      ...(await this.#waitingSince('info_requested', unanswered)),
    ]
    const { applications, audit } = this.#parts
    await forEachIndependently(forgotten, async (application) => {
      const entry = { actor: 'system', action: 'application.expire', subject: application.id }
      const step = applications.step(application, 'expire', { actor: 'system', reason: application.status })
      const writes = [...step, ...applications.destroy(application.id)]
      await applications.commit(writes, (all) => audit.commit(entry, all))
    })
    return forgotten.length
  }

  /** Destroys the data of applications rejected before the retention period. */
  async destroyRejected(): Promise<number> {
    const { applications, audit, periods } = this.#parts
    const rejected = await this.#waitingSince('rejected', periods().rejected)
    await forEachIndependently(rejected, async ({ id }) => {
      const entry = { actor: 'system', action: 'application.destroy', subject: id }
      await audit.commit(entry, applications.destroy(id))
    })
    return rejected.length
  }

  /** Deletes tenants whose key was never claimed, whose access ended, or who stopped using it. */
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
      .limit(maxPerRun)
    const ids = new Set([
      ...unclaimedApplications.flatMap(({ tenantId }) => tenantId ?? []),
      ...over.map(({ id }) => id),
      ...(await tenantDeletion.unfinished()),
    ])
    await forEachIndependently(ids, (id) => tenantDeletion.delete(id, 'system'))
    return ids.size
  }

  /** Activates claimed applications whose key was used for the first time. */
  async activate(): Promise<number> {
    const { database, applications } = this.#parts
    const used = await database
      .select()
      .from(applicationsTable)
      .innerJoin(tenantsTable, eq(applicationsTable.tenantId, tenantsTable.id))
      .where(and(eq(applicationsTable.status, 'claimed'), sql`${tenantsTable.lastUsedAt} is not null`))
      .limit(maxPerRun)
    await forEachIndependently(used, ({ applications: row }) =>
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
      .limit(maxPerRun)
  }
}

/** Runs the work for every item; the first failure is thrown after all of them ran. */
async function forEachIndependently<Item>(
  items: Iterable<Item>,
  end: (item: Item) => Promise<unknown>,
): Promise<void> {
  const failures: unknown[] = []
  for (const item of items) await end(item).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}
