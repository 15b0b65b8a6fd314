import { and, asc, eq, sql } from 'drizzle-orm'
import { webhooks } from '../../schema/db/control.ts'
import { newId } from '../auth/token.ts'
import { platformRandom } from '../platform/base62.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import type { MasterKeys } from '../vault/master-keys.ts'
import { webhookSecretContext } from '../vault/wrapping-context.ts'
import { newSecret, toSecretText } from './signature.ts'

export type WebhookRow = typeof webhooks.$inferSelect

interface Parts {
  database: ControlDatabase
  masterKeys: MasterKeys
  now: () => number
}

/** A replaced secret keeps signing, together with the new one, for this long. */
const overlapMs = 24 * 3_600_000

/** The webhooks of all tenants. Their secrets are opened to sign, and shown once. */
export class WebhookStore {
  readonly #parts: Parts

  constructor(parts: Parts) {
    this.#parts = parts
  }

  async list(tenantId: string): Promise<WebhookRow[]> {
    return this.#parts.database
      .select()
      .from(webhooks)
      .where(eq(webhooks.tenantId, tenantId))
      .orderBy(asc(webhooks.createdAt), asc(webhooks.id))
  }

  async get(tenantId: string, id: string): Promise<WebhookRow | null> {
    return (await this.#parts.database.select().from(webhooks).where(this.#which(tenantId, id)).get()) ?? null
  }

  /** Makes a webhook and its secret; null where the tenant has as many as it may. */
  async create(
    given: Pick<WebhookRow, 'tenantId' | 'url' | 'events'>,
    maximum: number,
  ): Promise<{ webhook: WebhookRow; secret: string } | null> {
    const { database, now } = this.#parts
    const id = newId('whk', platformRandom)
    const secret = newSecret()
    const webhook: WebhookRow = {
      id,
      ...given,
      ...(await this.#seal(id, secret)),
      previousMasterKeyId: null,
      previousSecret: null,
      overlapsUntil: null,
      disabled: null,
      createdAt: now(),
    }
    const isOneTooMany = sql`(select count(*) from ${webhooks} where ${eq(webhooks.tenantId, given.tenantId)}) > ${maximum}`
    // counted in the transaction that stores it, so that none of several at once is one too many
    const [, takenBack] = await database.batch([
      database.insert(webhooks).values(webhook),
      database
        .delete(webhooks)
        .where(and(eq(webhooks.id, id), isOneTooMany))
        .returning({ id: webhooks.id }),
    ])
    return takenBack.length > 0 ? null : { webhook, secret: toSecretText(secret) }
  }

  /**
   * The rows of webhooks that come with a tenant from another gateway. Their secrets stay behind: each has a new one,
   * which nobody knows before it is rotated, and is off until then.
   */
  prepareMoved(
    tenantId: string,
    moved: readonly Pick<WebhookRow, 'id' | 'url' | 'events' | 'createdAt'>[],
  ): Promise<WebhookRow[]> {
    return Promise.all(
      moved.map(async ({ id, url, events, createdAt }) => ({
        ...{ id, url, events, createdAt },
        tenantId,
        ...(await this.#seal(id, newSecret())),
        previousMasterKeyId: null,
        previousSecret: null,
        overlapsUntil: null,
        disabled: 'moved' as const,
      })),
    )
  }

  /** Gives a webhook a new secret; the previous one signs as well for a day. */
  async rotate(tenantId: string, id: string): Promise<{ webhook: WebhookRow; secret: string } | null> {
    const { database, now } = this.#parts
    const secret = newSecret()
    const [webhook] = await database
      .update(webhooks)
      .set({
        ...(await this.#seal(id, secret)),
        previousMasterKeyId: sql`${webhooks.masterKeyId}`,
        previousSecret: sql`${webhooks.sealedSecret}`,
        overlapsUntil: now() + overlapMs,
        // its owner knows the secret now, and turns it on once the receiver has it
        disabled: sql`iif(${webhooks.disabled} = 'moved', 'by_user', ${webhooks.disabled})`,
      })
      .where(this.#which(tenantId, id))
      .returning()
    return webhook === undefined ? null : { webhook, secret: toSecretText(secret) }
  }

  async change(
    tenantId: string,
    id: string,
    change: Partial<Pick<WebhookRow, 'events' | 'disabled'>>,
  ): Promise<WebhookRow | null> {
    if (Object.keys(change).length > 0)
      await this.#parts.database.update(webhooks).set(change).where(this.#which(tenantId, id))
    return this.get(tenantId, id)
  }

  async remove(tenantId: string, id: string): Promise<boolean> {
    const removed = await this.#parts.database
      .delete(webhooks)
      .where(this.#which(tenantId, id))
      .returning({ id: webhooks.id })
    return removed.length > 0
  }

  /** The secrets that sign now: the current one, and the one before while both are valid. */
  async openSecrets({ id, ...row }: WebhookRow): Promise<Uint8Array[]> {
    const { masterKeys, now } = this.#parts
    const context = webhookSecretContext(id)
    const open = (keyId: string, sealed: Uint8Array) =>
      masterKeys.unwrap(keyId, new Uint8Array(sealed), context)
    const secrets = [await open(row.masterKeyId, row.sealedSecret)]
    if (row.previousSecret !== null && row.previousMasterKeyId !== null && (row.overlapsUntil ?? 0) > now())
      secrets.push(await open(row.previousMasterKeyId, row.previousSecret))
    return secrets
  }

  async #seal(id: string, secret: Uint8Array): Promise<Pick<WebhookRow, 'masterKeyId' | 'sealedSecret'>> {
    const { masterKeyId, wrappedKey } = await this.#parts.masterKeys.wrap(secret, webhookSecretContext(id))
    return { masterKeyId, sealedSecret: wrappedKey }
  }

  #which(tenantId: string, id: string) {
    return and(eq(webhooks.tenantId, tenantId), eq(webhooks.id, id))
  }
}
