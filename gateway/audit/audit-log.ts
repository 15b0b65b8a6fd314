import { asc, desc, eq, gt, lt } from 'drizzle-orm'
import { auditHead, auditLog } from '../../schema/db/control.ts'
import { hex } from '../../schema/judge/sha256.ts'
import { type ControlDatabase, commit, isDuplicate, type Write } from '../platform/control-database.ts'
import type { KeyedHash } from '../vault/keyed-hash.ts'

export type AuditRow = typeof auditLog.$inferSelect

export interface AuditEntry {
  actor: string
  action: string
  subject: string
  detail?: AuditRow['detail']
}

const attemptsToAppend = 8

/**
 * The append-only record of what operators did. Each row's hash covers the row and the hash before it,
 * under a key that the database alone does not give away: who can write to the tables still cannot
 * rewrite history unseen.
 */
export class AuditLog {
  readonly #database: ControlDatabase
  readonly #hash: KeyedHash
  readonly #now: () => number

  constructor(database: ControlDatabase, hash: KeyedHash, now: () => number) {
    this.#database = database
    this.#hash = hash
    this.#now = now
  }

  /** Commits the writes together with the record of them: neither exists without the other. */
  async commit(entry: AuditEntry, writes: Write[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await commit(this.#database, [...(await this.#append(entry)), ...writes])
      } catch (error) {
        // Somebody else appended first; take the next number.
        if (attempt === attemptsToAppend || !isDuplicate(error, 'audit_log')) throw error
      }
    }
  }

  /** The newest rows first, or those before a number. */
  list(limit: number, before?: number): Promise<AuditRow[]> {
    return this.#database
      .select()
      .from(auditLog)
      .where(before === undefined ? undefined : lt(auditLog.sequence, before))
      .orderBy(desc(auditLog.sequence))
      .limit(limit)
  }

  /** Recomputes the chain. `brokenAt` is the first row that is missing, altered or cut off. */
  async verify(): Promise<{ rows: number; brokenAt: number | null }> {
    let previous = ''
    let rows = 0
    for (;;) {
      const page = await this.#database
        .select()
        .from(auditLog)
        .where(gt(auditLog.sequence, rows))
        .orderBy(asc(auditLog.sequence))
        .limit(500)
      for (const row of page) {
        const expected = await this.#hashRow(row, previous)
        if (row.sequence !== rows + 1 || row.hash !== expected) return { rows, brokenAt: rows + 1 }
        previous = row.hash
        rows++
      }
      if (page.length < 500) break
    }
    const head = await this.#head()
    return { rows, brokenAt: head.sequence === rows && head.hash === previous ? null : rows + 1 }
  }

  async #append(entry: AuditEntry): Promise<Write[]> {
    const head = await this.#head()
    const row = { ...entry, detail: entry.detail ?? {}, sequence: head.sequence + 1, at: this.#now() }
    const hash = await this.#hashRow(row, head.hash)
    return [
      this.#database.insert(auditLog).values({ ...row, hash }),
      this.#database
        .insert(auditHead)
        .values({ id: 1, sequence: row.sequence, hash })
        .onConflictDoUpdate({ target: auditHead.id, set: { sequence: row.sequence, hash } }),
    ]
  }

  async #head(): Promise<{ sequence: number; hash: string }> {
    const head = await this.#database.select().from(auditHead).where(eq(auditHead.id, 1)).get()
    return head ?? { sequence: 0, hash: '' }
  }

  async #hashRow(row: Omit<AuditRow, 'hash'>, previous: string): Promise<string> {
    const { sequence, at, actor, action, subject, detail } = row
    const content = JSON.stringify([sequence, at, actor, action, subject, detail, previous])
    return hex(await this.#hash.digest('audit', content))
  }
}
