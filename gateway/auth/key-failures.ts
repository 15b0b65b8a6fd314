import { FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import type { Scope } from '../../schema/api/scopes.ts'
import { fieldError } from '../../schema/messages/field-errors.ts'

/** Keys of a tenant that work at a time. */
export const maxKeys = 20

/** Expected failures of key management. */
export const noSuchKey = () => new FailureError({ code: 'not_found', ...reason('no_key'), source: 'gateway' })

export const cannotRotate = () =>
  new FailureError({ code: 'conflict', ...reason('key_ended'), source: 'gateway' })

export const tooManyKeys = () =>
  new FailureError({ code: 'conflict', ...reason('key_limit', { maximum: maxKeys }), source: 'gateway' })

export const lastManageKey = () =>
  new FailureError({ code: 'conflict', ...reason('last_manage_key'), source: 'gateway' })

export const scopesNotGranted = (scopes: readonly Scope[]) =>
  new FailureError(
    invalidRequest([fieldError('scopes', 'scopes_not_granted', { scopes: scopes.join(', ') })]),
  )

/** An expiry in the past. */
export const expiryPassed = () => new FailureError(invalidRequest([fieldError('expires_at', 'future_time')]))
