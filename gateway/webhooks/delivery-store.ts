import { and, asc, desc, eq, lte, min, sql } from 'drizzle-orm'
import { webhookDeliveries } from '../../schema/db/notifications.ts'
import type { TenantDatabase } from '../platform/tenant-database.ts'

export type DeliveryRow = typeof webhookDeliveries.$inferSelect

/** Finished messages kept per webhook. */
const maxFinished = 100
/** Finished messages that are listed. */
const maxListed = 50

/** The messages of a tenant to its webhooks, and what became of them. */
export class DeliveryStore {
  readonly #database: TenantDatabase

  constructor(database: TenantDatabase) {
    this.#database = database
  }

  /** Adds a message; one that is there already is left alone. */
  add(message: Pick<DeliveryRow, 'webhookId' | 'id' | 'event' | 'subject' | 'body'>, now: number): void {
    this.#database
      .insert(webhookDeliveries)
      .values({ ...message, status: 'pending', createdAt: now, dueAt: now })
      .onConflictDoNothing()
      .run()
  }

  due(now: number, limit: number): DeliveryRow[] {
    return this.#database
      .select()
      .from(webhookDeliveries)
      .where(lte(webhookDeliveries.dueAt, now))
      .orderBy(asc(webhookDeliveries.dueAt))
      .limit(limit)
      .all()
  }

  nextDue(): number | null {
    return (
      this.#database
        .select({ at: min(webhookDeliveries.dueAt) })
        .from(webhookDeliveries)
        .get()?.at ?? null
    )
  }

  get(webhookId: string, id: string): DeliveryRow | null {
    return (
      this.#database
        .select()
        .from(webhookDeliveries)
        .where(and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.id, id)))
        .get() ?? null
    )
  }

  list(webhookId: string): DeliveryRow[] {
    return this.#database
      .select()
      .from(webhookDeliveries)
      .where(eq(webhookDeliveries.webhookId, webhookId))
      .orderBy(desc(webhookDeliveries.createdAt), desc(webhookDeliveries.id))
      .limit(maxListed)
      .all()
  }

  /** Returns whether a message that was made later has arrived. */
  hasDeliveredSince(webhookId: string, createdAt: number): boolean {
    const found = this.#database
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(
        and(
          eq(webhookDeliveries.webhookId, webhookId),
          eq(webhookDeliveries.status, 'delivered'),
          sql`${webhookDeliveries.finishedAt} >= ${createdAt}`,
        ),
      )
      .limit(1)
      .get()
    return found !== undefined
  }

  update(
    { webhookId, id }: Pick<DeliveryRow, 'webhookId' | 'id'>,
    change: Partial<Omit<DeliveryRow, 'webhookId' | 'id'>>,
  ): void {
    this.#database
      .update(webhookDeliveries)
      .set(change)
      .where(and(eq(webhookDeliveries.webhookId, webhookId), eq(webhookDeliveries.id, id)))
      .run()
  }

  /** Deletes the log of a webhook beyond its newest messages. */
  prune(webhookId: string): void {
    this.#database.run(sql`
      delete from ${webhookDeliveries} where ${webhookDeliveries.webhookId} = ${webhookId} and due_at is null and id not in (
        select id from ${webhookDeliveries} where ${webhookDeliveries.webhookId} = ${webhookId} and due_at is null
        order by created_at desc, id desc limit ${maxFinished})`)
  }

  remove(webhookId: string): void {
    this.#database.delete(webhookDeliveries).where(eq(webhookDeliveries.webhookId, webhookId)).run()
  }
}
