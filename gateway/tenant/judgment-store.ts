import { and, desc, eq, lt } from 'drizzle-orm'
import type { DrizzleSqliteDODatabase } from 'drizzle-orm/durable-sqlite'
import type { Judgment } from '../../schema/api/judgments.ts'
import { judgments } from '../../schema/db/tenant.ts'
import type { JudgeCommand } from '../judging/command.ts'

export type TenantDatabase = DrizzleSqliteDODatabase<Record<string, never>>

/** A tenant's judgments, as stored. */
export class JudgmentStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  insert(command: JudgeCommand, judgment: Judgment): void {
    this.#database
      .insert(judgments)
      .values({
        id: judgment.id,
        fingerprint: judgment.fingerprint,
        createdAt: judgment.created * 1000,
        keyId: command.keyId,
        model: judgment.model,
        template: judgment.template,
        verdict: judgment.verdict,
        rating: judgment.rating,
        request: command.request,
        judgment,
      })
      .run()
  }

  /** The rated judgment of a fingerprint, for repeats. */
  findRated(fingerprint: string): Judgment | null {
    const row = this.#database
      .select({ judgment: judgments.judgment })
      .from(judgments)
      .where(and(eq(judgments.fingerprint, fingerprint), eq(judgments.verdict, 'rated')))
      .limit(1)
      .get()
    return row?.judgment ?? null
  }

  get(id: string): Judgment | null {
    const row = this.#database
      .select({ judgment: judgments.judgment })
      .from(judgments)
      .where(eq(judgments.id, id))
      .get()
    return row?.judgment ?? null
  }

  /** A page, newest first, after the id given. */
  page(limit: number, after: string | undefined): { data: Judgment[]; hasMore: boolean } {
    const rows = this.#database
      .select({ judgment: judgments.judgment })
      .from(judgments)
      .where(after === undefined ? undefined : lt(judgments.id, after))
      .orderBy(desc(judgments.id))
      .limit(limit + 1)
      .all()
    return { data: rows.slice(0, limit).map((row) => row.judgment), hasMore: rows.length > limit }
  }

  /** Removes a judgment; answers its fingerprint, or null when there is none. */
  delete(id: string): string | null {
    const row = this.#database
      .delete(judgments)
      .where(eq(judgments.id, id))
      .returning({ fingerprint: judgments.fingerprint })
      .get()
    return row?.fingerprint ?? null
  }
}
