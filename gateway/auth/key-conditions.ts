import { and, eq, gt, isNull, ne, or, type SQL, sql } from 'drizzle-orm'
import { apiKeys } from '../../schema/db/control.ts'
import type { ControlDatabase, Write } from '../platform/control-database.ts'
import type { KeyRow } from './fresh-key.ts'
import { maxKeys } from './key-failures.ts'

/** Returns whether a key opens something: it is neither revoked nor expired. */
export const isUsable = ({ revokedAt, expiresAt }: KeyRow, now: number) =>
  revokedAt === null && (expiresAt === null || expiresAt > now)

/** The same as a condition of a query. */
export const usableAt = (now: number): SQL =>
  and(isNull(apiKeys.revokedAt), or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now)))!

/** Returns whether the tenant has too many keys that work, not counting one that ends in the same transaction. */
export function exceedsBound(tenantId: string, now: number, except = ''): SQL {
  const counted = and(eq(apiKeys.tenantId, tenantId), ne(apiKeys.id, except), usableAt(now))
  return sql`(select count(*) from ${apiKeys} where ${counted}) > ${maxKeys}`
}

/** The write that removes a key again in the transaction that stored it, so that none of several at once slips by. */
export const deleteKeyIf = (database: ControlDatabase, { id }: KeyRow, condition: SQL): Write =>
  database.delete(apiKeys).where(and(eq(apiKeys.id, id), condition))
