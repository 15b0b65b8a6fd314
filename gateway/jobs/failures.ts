import { errorCodes } from '../../schema/api/error-codes.ts'
import type { Failure } from '../../schema/api/errors.ts'

/** An item fails permanently after so many failures that it may have caused. */
export const maxAttempts = 3

const itemFailures: ReadonlySet<string> = new Set([
  'node_failed',
  'node_timeout',
  'stream_interrupted',
  'engine_timeout',
  'internal_error',
])

/** Returns whether the item may be the cause; all other failures are about the node, the limits or the service. */
export const isItemFailure = ({ code }: Failure) => itemFailures.has(code)

/** Returns whether the key or the tenant may no longer run anything, which says nothing about the item. */
export const isGrantFailure = ({ code }: Failure) => code === 'tenant_suspended' || code === 'invalid_api_key'

/** Returns whether trying again changes nothing. A node that lost its model may get it back. */
export const isFinal = ({ code }: Failure) => errorCodes[code].status < 429 && code !== 'model_not_found'
