import { desc, eq, gt, lt } from 'drizzle-orm'
import { FailureError, reason } from '../../../schema/api/errors.ts'
import { type ApplicationRow, applications, type ReviewerRow, reviewers } from '../../../schema/db/control.ts'
import type { AuditLog } from '../../audit-log/audit-log.ts'
import type { Operator } from '../../auth/operator.ts'
import type { ControlDatabase, Write } from '../../platform/control-database.ts'
import type { ApplicationStore } from '../applications/application-store.ts'

interface Parts {
  database: ControlDatabase
  applications: ApplicationStore
  audit: AuditLog
  now: () => number
}

/** A reviewer who has not opened an application for this long is no longer offered. */
const rememberedMs = 180 * 86_400_000

/** The reviewers, and which application each takes care of. */
export class Reviewers {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** The write that records that an operator reviews. */
  record({ id, name }: Operator): Write {
    const { database, now } = this.#parts
    const set = { name, seenAt: now() }
    return database
      .insert(reviewers)
      .values({ id, ...set })
      .onConflictDoUpdate({ target: reviewers.id, set })
  }

  /** The reviewers, the most recent first. */
  list(): Promise<ReviewerRow[]> {
    const { database, now } = this.#parts
    return database
      .select()
      .from(reviewers)
      .where(gt(reviewers.seenAt, now() - rememberedMs))
      .orderBy(desc(reviewers.seenAt))
      .limit(100)
  }

  /** Removes reviewers who are no longer offered; applications keep the ids. */
  async sweep(): Promise<void> {
    const { database, now } = this.#parts
    await database.delete(reviewers).where(lt(reviewers.seenAt, now() - rememberedMs))
  }

  /** Assigns an application to a reviewer, or to nobody; `shown` is the assignee that the operator saw. */
  async assign(
    id: string,
    { reviewer, shown }: { reviewer: string | null; shown: string | null },
    operator: Operator,
  ): Promise<ApplicationRow> {
    const { database, audit, applications: store } = this.#parts
    const { assignee } = await store.get(id)
    if (assignee !== shown) {
      throw new FailureError({ code: 'conflict', ...reason('application_assigned'), source: 'gateway' })
    }
    const isKnown =
      reviewer === null || reviewer === operator.id || (await this.list()).some((one) => one.id === reviewer)
    if (!isKnown) throw new FailureError({ code: 'not_found', ...reason('no_reviewer'), source: 'gateway' })
    const entry = {
      actor: operator.id,
      action: 'application.assign',
      subject: id,
      detail: { reviewer, before: assignee },
    }
    await audit.commit(entry, [
      this.record(operator),
      database.update(applications).set({ assignee: reviewer }).where(eq(applications.id, id)),
    ])
    return store.get(id)
  }
}
