import { and, count, eq, isNotNull, ne, or } from 'drizzle-orm'
import { nodes, sealedRecords, serviceKeys, webhooks } from '../../schema/db/control.ts'
import type { ControlDatabase } from '../platform/control-database.ts'
import type { MasterKeys } from './master-keys.ts'
import type { Vault } from './vault.ts'
import { nodeSecretContext, serviceKeyContext, webhookSecretContext } from './wrapping-context.ts'

interface Parts {
  database: ControlDatabase
  vault: Vault
  masterKeys: MasterKeys
}

/**
 * Wraps every key, and every secret of a node or webhook, again with the current master secret. No personal data is
 * decrypted, and every hash stays as it is. `remaining` is 0 when the old secret may be thrown away.
 */
export async function rotateMasterSecret(
  { database, vault, masterKeys }: Parts,
  atOnce = 200,
): Promise<{ rewrapped: number; remaining: number }> {
  const { id: current } = await masterKeys.current()
  const outdated = ne(sealedRecords.masterKeyId, current)
  const records = await database.select().from(sealedRecords).where(outdated).limit(atOnce)
  for (const record of records) {
    // a record that was sealed again meanwhile is wrapped with the current secret already
    const unchanged = and(eq(sealedRecords.id, record.id), eq(sealedRecords.wrappedKey, record.wrappedKey))
    await database
      .update(sealedRecords)
      .set(await vault.rewrap(record))
      .where(unchanged)
  }
  const keys = await database.select().from(serviceKeys).where(ne(serviceKeys.masterKeyId, current))
  for (const { purpose, masterKeyId, wrappedKey } of keys) {
    const context = serviceKeyContext(purpose)
    const raw = await masterKeys.unwrap(masterKeyId, wrappedKey, context)
    await database
      .update(serviceKeys)
      .set(await masterKeys.wrap(raw, context))
      .where(eq(serviceKeys.purpose, purpose))
  }
  const secrets = await database.select().from(nodes).where(ne(nodes.masterKeyId, current))
  for (const { id, masterKeyId, sealedSecret } of secrets) {
    if (masterKeyId === null || sealedSecret === null) continue
    const context = nodeSecretContext(id)
    const raw = await masterKeys.unwrap(masterKeyId, new Uint8Array(sealedSecret), context)
    const { masterKeyId: wrappedWith, wrappedKey } = await masterKeys.wrap(raw, context)
    // a secret that was replaced meanwhile is kept
    await database
      .update(nodes)
      .set({ masterKeyId: wrappedWith, sealedSecret: wrappedKey })
      .where(and(eq(nodes.id, id), eq(nodes.sealedSecret, sealedSecret)))
  }
  const signing = await database
    .select()
    .from(webhooks)
    .where(
      or(
        ne(webhooks.masterKeyId, current),
        and(isNotNull(webhooks.previousMasterKeyId), ne(webhooks.previousMasterKeyId, current)),
      ),
    )
  for (const { id, masterKeyId, sealedSecret, previousMasterKeyId, previousSecret } of signing) {
    const context = webhookSecretContext(id)
    const rewrap = async (keyId: string, sealed: Uint8Array) =>
      masterKeys.wrap(await masterKeys.unwrap(keyId, new Uint8Array(sealed), context), context)
    const { masterKeyId: wrappedWith, wrappedKey } = await rewrap(masterKeyId, sealedSecret)
    const previous =
      previousMasterKeyId === null || previousSecret === null
        ? null
        : await rewrap(previousMasterKeyId, previousSecret)
    // a secret that was rotated meanwhile is kept
    await database
      .update(webhooks)
      .set({
        masterKeyId: wrappedWith,
        sealedSecret: wrappedKey,
        ...(previous !== null && {
          previousMasterKeyId: previous.masterKeyId,
          previousSecret: previous.wrappedKey,
        }),
      })
      .where(and(eq(webhooks.id, id), eq(webhooks.sealedSecret, sealedSecret)))
  }
  const left = await database.select({ n: count() }).from(sealedRecords).where(outdated).get()
  return {
    rewrapped: records.length + keys.length + secrets.length + signing.length,
    remaining: left?.n ?? 0,
  }
}
