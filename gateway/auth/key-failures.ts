import { FailureError } from '../../schema/api/errors.ts'
import type { Scope } from '../../schema/api/scopes.ts'

/** Keys of a tenant that work at a time. */
export const maxKeys = 20

/** Expected failures of key management. */
export const noSuchKey = () =>
  new FailureError({ code: 'not_found', detail: 'There is no such key.', source: 'gateway' })

export const cannotRotate = () =>
  new FailureError({
    code: 'conflict',
    detail: 'The key is revoked, expired or replaced already.',
    source: 'gateway',
  })

export const tooManyKeys = () =>
  new FailureError({
    code: 'conflict',
    detail: `A tenant can have ${maxKeys} keys that work. Revoke one first, or rotate with "grace_seconds": 0.`,
    source: 'gateway',
  })

export const lastManageKey = () =>
  new FailureError({
    code: 'conflict',
    detail:
      'This is the last key with the scope "manage": without it the tenant cannot manage its keys. Make another one first, or repeat the request with ?confirm=lockout.',
    source: 'gateway',
  })

export const scopesNotGranted = (scopes: readonly Scope[]) =>
  new FailureError({
    code: 'invalid_request',
    detail: `The tenant was not granted: ${scopes.join(', ')}.`,
    source: 'gateway',
    errors: [{ field: 'scopes', message: `the tenant was not granted: ${scopes.join(', ')}` }],
  })

/** An expiry that lies in the past already. */
export const expiryPassed = () =>
  new FailureError({
    code: 'invalid_request',
    detail: 'expires_at: must lie in the future.',
    source: 'gateway',
    errors: [{ field: 'expires_at', message: 'must lie in the future' }],
  })
