import { and, eq, gt, isNull, lt, sql } from 'drizzle-orm'
import { apiKeys, tenants } from '../../../schema/db/control.ts'
import type { MailQueue } from '../../mail/mail-queue.ts'
import { type ControlDatabase, commit } from '../../platform/control-database.ts'

interface Parts {
  database: ControlDatabase
  mailQueue: MailQueue
  now: () => number
}

/** Two weeks: enough to rotate a key that is built into something. */
const noticeMs = 14 * 86_400_000

/** The end of a key: its own or its tenant's, whichever is earlier. */
const never = Number.MAX_SAFE_INTEGER
const end = sql<number>`min(coalesce(${apiKeys.expiresAt}, ${never}), coalesce(${tenants.expiresAt}, ${never}))`

/** Queues one mail for every key that will expire soon; rotated and revoked keys need none. */
export async function remindOfExpiry({ database, mailQueue, now }: Parts): Promise<number> {
  const soon = await database
    .select({ id: apiKeys.id, applicationId: tenants.applicationId })
    .from(apiKeys)
    .innerJoin(tenants, eq(apiKeys.tenantId, tenants.id))
    .where(
      and(
        lt(end, now() + noticeMs),
        gt(end, now()),
        isNull(apiKeys.remindedAt),
        isNull(apiKeys.revokedAt),
        isNull(apiKeys.replacedBy),
      ),
    )
    .limit(100)
  for (const { id, applicationId } of soon) {
    await commit(database, [
      database.update(apiKeys).set({ remindedAt: now() }).where(eq(apiKeys.id, id)),
      ...(applicationId === null ? [] : [mailQueue.queue(applicationId, 'key_expires', { subjectId: id })]),
    ])
  }
  return soon.length
}
