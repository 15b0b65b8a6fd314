import { and, asc, desc, eq, gt, lt } from 'drizzle-orm'
import { FailureError, reason } from '../../schema/api/errors.ts'
import { auditHead, auditLog } from '../../schema/db/control.ts'
import { hex } from '../../schema/judge/sha256.ts'
import { type ControlDatabase, commit, isDuplicate, type Write } from '../platform/control-database.ts'
import type { KeyedHash } from '../vault/keyed-hash.ts'

export type AuditRow = typeof auditLog.$inferSelect
type Head = Omit<typeof auditHead.$inferSelect, 'id'>

export interface AuditEntry {
  actor: string
  action: string
  subject: string
  detail?: AuditRow['detail']
}

/** Attempts at the next sequence number before the append fails as busy. */
const maxAttempts = 200
const maxBackoffMs = 200

/** Rows of one operator, of one action, of one subject. */
export interface AuditFilter {
  actor?: string | undefined
  action?: string | undefined
  subject?: string | undefined
}

/**
 * The append-only record of what operators did. Each row's MAC covers the row and the MAC before it, and the
 * head's own MAC covers the last row's number: without the key, which is stored wrapped in the vault, no one can
 * alter a row, or cut off the end and set the head back, unseen.
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

  /**
   * Commits the writes together with their record: neither exists without the other. Of appends that race for
   * the same number one wins; the others take the next one after a random pause.
   */
  async commit(entry: AuditEntry, writes: Write[]): Promise<void> {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      try {
        return await commit(this.#database, [...(await this.#append(entry)), ...writes])
      } catch (error) {
        if (!isDuplicate(error, 'audit_log')) throw error
        await scheduler.wait(Math.random() * Math.min(maxBackoffMs, 2 * attempt))
      }
    }
    throw new FailureError({
      code: 'storage_unavailable',
      ...reason('audit_busy'),
      source: 'gateway',
      retryAfter: 1,
    })
  }

  /** Rows with the newest first, or those before a number. */
  list(limit: number, before?: number, filter: AuditFilter = {}): Promise<AuditRow[]> {
    const { actor, action, subject } = filter
    return this.#database
      .select()
      .from(auditLog)
      .where(
        and(
          before === undefined ? undefined : lt(auditLog.sequence, before),
          actor === undefined ? undefined : eq(auditLog.actor, actor),
          action === undefined ? undefined : eq(auditLog.action, action),
          subject === undefined ? undefined : eq(auditLog.subject, subject),
        ),
      )
      .orderBy(desc(auditLog.sequence))
      .limit(limit)
  }

  /** Recomputes the chain. `brokenAt` is the first row that is missing, altered or cut off. */
  async verify(): Promise<{ rows: number; brokenAt: number | null }> {
    // The head is read first: rows appended meanwhile lie behind it and are no break.
    const head = await this.#head()
    let previous = ''
    let rows = 0
    let atHead = ''
    for (;;) {
      const page = await this.#database
        .select()
        .from(auditLog)
        .where(gt(auditLog.sequence, rows))
        .orderBy(asc(auditLog.sequence))
        .limit(500)
      for (const row of page) {
        const expected = await this.#rowMac(row, previous)
        if (row.sequence !== rows + 1 || row.hash !== expected) return { rows, brokenAt: rows + 1 }
        previous = row.hash
        rows++
        if (rows === head?.sequence) atHead = row.hash
      }
      if (page.length < 500) break
    }
    return { rows, brokenAt: (await this.#isHeadIntact(head, rows, atHead)) ? null : rows + 1 }
  }

  /** Returns whether the head is what the last append wrote, and its row is there. */
  async #isHeadIntact(head: Head | undefined, rows: number, hashAtHead: string): Promise<boolean> {
    // An installation that has the key has appended before: then a missing head was removed.
    if (head === undefined) return rows === 0 && !(await this.#hash.hasKey('audit-head'))
    const { sequence, hash, mac } = head
    return rows >= sequence && hash === hashAtHead && mac === (await this.#headMac(sequence, hash))
  }

  async #append(entry: AuditEntry): Promise<Write[]> {
    const head = await this.#head()
    const sequence = (head?.sequence ?? 0) + 1
    const row = { ...entry, detail: entry.detail ?? {}, sequence, at: this.#now() }
    const hash = await this.#rowMac(row, head?.hash ?? '')
    const next: Head = { sequence, hash, mac: await this.#headMac(sequence, hash) }
    return [
      this.#database.insert(auditLog).values({ ...row, hash }),
      this.#database
        .insert(auditHead)
        .values({ id: 1, ...next })
        .onConflictDoUpdate({ target: auditHead.id, set: next }),
    ]
  }

  #head(): Promise<Head | undefined> {
    return this.#database.select().from(auditHead).where(eq(auditHead.id, 1)).get()
  }

  async #rowMac(row: Omit<AuditRow, 'hash'>, previous: string): Promise<string> {
    const { sequence, at, actor, action, subject, detail } = row
    const content = JSON.stringify([sequence, at, actor, action, subject, detail, previous])
    return hex(await this.#hash.digest('audit', content))
  }

  async #headMac(sequence: number, hash: string): Promise<string> {
    return hex(await this.#hash.digest('audit-head', JSON.stringify([sequence, hash])))
  }
}
