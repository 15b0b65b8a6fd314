import type { FieldError } from '../messages/field-errors.ts'
import { type MessageCode, type MessageParams, type ParamsFor, renderMessage } from '../messages/message.ts'
import type { ErrorCode } from './error-codes.ts'

/** The side that failed: the gateway, or the node behind it. */
export type ErrorSource = 'gateway' | 'node'

/** An expected failure, as a value: what every layer returns or throws towards the one error handler. */
export interface Failure {
  code: ErrorCode
  /** The message of this failure. */
  reason: MessageCode
  params?: MessageParams
  source: ErrorSource
  errors?: FieldError[]
  /** Whole seconds for the `Retry-After` header. */
  retryAfter?: number
}

/** The reason of a failure, to be spread into one; the compiler checks the parameters against the text. */
export function reason<Code extends MessageCode>(
  code: Code,
  ...[params]: ParamsFor<Code>
): Pick<Failure, 'reason' | 'params'> {
  return params === undefined ? { reason: code } : { reason: code, params }
}

/** The stored part of a failure, rendered later in the reader's language. */
export type StoredFailure = Pick<Failure, 'code' | 'reason' | 'params' | 'errors'>

/** A request with wrong fields. */
export const invalidRequest = (errors: FieldError[], source: ErrorSource = 'gateway'): Failure => ({
  code: 'invalid_request',
  reason: 'fields_invalid',
  source,
  errors,
})

/** Carries a {@link Failure} through code that can only throw. */
export class FailureError extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(renderMessage({ code: failure.reason, ...(failure.params && { params: failure.params }) }, 'en'))
    this.name = 'FailureError'
    this.failure = failure
  }
}
