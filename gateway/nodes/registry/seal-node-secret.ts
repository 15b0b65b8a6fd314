import type { MasterKeys } from '../../vault/master-keys.ts'
import { nodeSecretContext } from '../../vault/wrapping-context.ts'

/** The columns of a node's secret, sealed for this node alone. */
export async function sealNodeSecret(masterKeys: MasterKeys, id: string, secret: string) {
  const bytes = new TextEncoder().encode(secret)
  const { masterKeyId, wrappedKey } = await masterKeys.wrap(bytes, nodeSecretContext(id))
  return { masterKeyId, sealedSecret: wrappedKey }
}
