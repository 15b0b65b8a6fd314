import { FailureError, reason } from '../../../schema/api/errors.ts'
import type { AttemptLimit } from '../../auth/attempt-limiter.ts'
import { clientAddress } from '../../http/client-address.ts'
import type { GatewayContext } from '../../http/context.ts'

/** Limit of wrong tokens and credentials from one address. */
const wrongCredentials: AttemptLimit = { name: 'node', max: 20, windowSeconds: 300 }

/** Refuses a node's token or credential. */
export async function refuseNode(
  c: GatewayContext,
  why: 'join_token_invalid' | 'node_credential_invalid',
): Promise<never> {
  await c.get('services').access.limiter.demand(wrongCredentials, clientAddress(c))
  throw new FailureError({ code: 'node_credential_required', ...reason(why), source: 'gateway' })
}
