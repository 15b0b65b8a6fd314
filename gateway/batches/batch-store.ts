import { and, asc, desc, eq, gte, inArray, lt, sql } from 'drizzle-orm'
import { batches, batchLines } from '../../schema/db/batches.ts'
import type { WaitingItem } from '../jobs/chunk.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'
import { expiredIn, nextExpiryIn } from './expiry.ts'
import { chunkLines, type PendingLine } from './pending-lines.ts'

export type BatchRecord = typeof batches.$inferSelect

/** A line of an input that is refused as it is read, with the body of its error. */
export interface RefusedLine {
  position: number
  customId: string
  statusCode: number
  response: string
}

/** The batches of a tenant. Counters move with the lines they count. */
export class BatchStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  create(batch: typeof batches.$inferInsert): void {
    this.#database.insert(batches).values(batch).run()
  }

  addLines(id: string, lines: readonly PendingLine[]): void {
    // one statement for many lines, each below the platform's bound on a value
    for (const lot of chunkLines(lines)) {
      // as a part of JSON, a large request could outgrow the bound by its quotes alone
      if (lot.length === 1) {
        this.#addLine(id, lot[0]!)
        continue
      }
      this.#database.run(sql`
        insert into batch_lines (batch_id, position, custom_id, request, state, attempts)
        select ${id}, value ->> 'position', value ->> 'customId', value ->> 'request', 'pending', 0
        from json_each(${JSON.stringify(lot)})`)
    }
  }

  /** Stores lines that are refused as they are read. */
  addRefused(batchId: string, lines: readonly RefusedLine[]): void {
    for (const line of lines) {
      this.#database
        .insert(batchLines)
        .values({ batchId, ...line, request: '', state: 'failed' })
        .run()
    }
  }

  #addLine(batchId: string, line: PendingLine): void {
    this.#database
      .insert(batchLines)
      .values({ batchId, ...line, state: 'pending' })
      .run()
  }

  get(id: string): BatchRecord | null {
    return this.#database.select().from(batches).where(eq(batches.id, id)).get() ?? null
  }

  page(limit: number, after: string | undefined): BatchRecord[] {
    return this.#database
      .select()
      .from(batches)
      .where(after === undefined ? undefined : lt(batches.id, after))
      .orderBy(desc(batches.id))
      .limit(limit)
      .all()
  }

  /** Batches that are not over. */
  unfinished(): BatchRecord[] {
    const wanted = inArray(batches.status, ['validating', 'in_progress'])
    return this.#database.select().from(batches).where(wanted).all()
  }

  expired(now: number): string[] {
    return expiredIn(this.#database, batches, now)
  }

  nextExpiry(): number | null {
    return nextExpiryIn(this.#database, batches)
  }

  update(id: string, change: Partial<BatchRecord>): void {
    this.#database.update(batches).set(change).where(eq(batches.id, id)).run()
  }

  /** Items that failed before come last, so that the others do not wait for them. */
  pending(id: string, from: number, to: number): PendingLine[] {
    const { position, customId, request, attempts } = batchLines
    return this.#database
      .select({ position, customId, request })
      .from(batchLines)
      .where(
        and(
          eq(batchLines.batchId, id),
          eq(batchLines.state, 'pending'),
          sql`${batchLines.position} >= ${from} and ${batchLines.position} < ${to}`,
        ),
      )
      .orderBy(asc(attempts), asc(position))
      .all()
  }

  /** The next pending lines from a position on, with the sizes of their requests. */
  waiting(id: string, from: number, limit: number): WaitingItem[] {
    const { batchId, state, position } = batchLines
    return this.#database
      .select({ position, bytes: requestBytes })
      .from(batchLines)
      .where(and(eq(batchId, id), eq(state, 'pending'), gte(position, from)))
      .orderBy(asc(position))
      .limit(limit)
      .all()
  }

  requestBytes(id: string, position: number): number {
    const row = this.#database
      .select({ bytes: requestBytes })
      .from(batchLines)
      .where(this.#pendingAt(id, position))
      .get()
    return row?.bytes ?? 0
  }

  /** Keeps an answer and counts it; false when there was one already. */
  settle(id: string, position: number, statusCode: number, response: string, now: number): boolean {
    const state = statusCode === 200 ? 'completed' : 'failed'
    const settled = this.#database
      .update(batchLines)
      .set({ state, statusCode, response })
      .where(this.#pendingAt(id, position))
      .returning({ position: batchLines.position })
      .get()
    if (settled === undefined) return false
    this.update(id, { progressedAt: now, [state]: sql`${batches[state]} + 1` })
    return true
  }

  countAttempt(id: string, position: number): number {
    const row = this.#database
      .update(batchLines)
      .set({ attempts: sql`${batchLines.attempts} + 1` })
      .where(this.#pendingAt(id, position))
      .returning({ attempts: batchLines.attempts })
      .get()
    return row?.attempts ?? 0
  }

  /** Gives up the pending lines; returns whether there were any. */
  expirePending(id: string): boolean {
    const expired = this.#database
      .update(batchLines)
      .set({ state: 'expired' })
      .where(and(eq(batchLines.batchId, id), eq(batchLines.state, 'pending')))
      .returning({ position: batchLines.position })
      .all()
    return expired.length > 0
  }

  removeLines(id: string): void {
    this.#database.delete(batchLines).where(eq(batchLines.batchId, id)).run()
  }

  remove(id: string): void {
    this.removeLines(id)
    this.#database.delete(batches).where(eq(batches.id, id)).run()
  }

  #pendingAt(id: string, position: number) {
    return and(eq(batchLines.batchId, id), eq(batchLines.position, position), eq(batchLines.state, 'pending'))
  }
}

/** Known without reading the request. */
const requestBytes = sql<number>`octet_length(${batchLines.request})`
