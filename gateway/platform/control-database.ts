import type { BatchItem } from 'drizzle-orm/batch'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'

/** The control plane's database. Tenants' data is stored in one object per tenant. */
export type ControlDatabase = DrizzleD1Database<Record<string, never>>

/** A write prepared for a transaction. */
export type Write = BatchItem<'sqlite'>

export const controlDatabase = (d1: D1Database): ControlDatabase => drizzle(d1) as ControlDatabase

/** Timeout of one lookup. */
const timeoutMs = 1_500

/** The work's result, or an error where the storage takes longer than a request should wait for it. */
export async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('The storage took too long.')), timeoutMs)
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs the writes in one transaction: all of them happen, or none. */
export async function commit(database: ControlDatabase, writes: Write[]): Promise<void> {
  const [first, ...rest] = writes
  if (first !== undefined) await database.batch([first, ...rest])
}

/** Returns whether a write failed because the named table already has such a row. */
export function isDuplicate(error: unknown, table: string): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause.message.includes(`UNIQUE constraint failed: ${table}.`)) return true
  }
  return false
}

const outages = /D1_ERROR.*(network|connection|overloaded|timeout|timed out|internal error|reset)/i

/**
 * A storage that cannot write, from D1 and from a tenant's object alike: SQLite's own words, or the runtime's, which
 * hides them behind a reference. Code of ours never throws the latter.
 */
const brokenStorage =
  /SQLITE_(FULL|IOERR|READONLY|CANTOPEN)|database or disk is full|disk I\/O error|internal error; reference = /i

/** Returns whether an error means that the database did not answer, as opposed to a wrong statement. */
export function isOutage(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (outages.test(cause.message) || brokenStorage.test(cause.message)) return true
  }
  return false
}
