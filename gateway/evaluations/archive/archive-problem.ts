import { FailureError } from '../../../schema/api/errors.ts'
import type { FieldError } from '../../../schema/messages/field-errors.ts'

/** A refused archive: the wrong entry or line of it, and what is wrong. */
export const wrongArchive = (errors: readonly FieldError[]): FailureError =>
  new FailureError({
    code: 'invalid_request',
    reason: 'archive_invalid',
    source: 'gateway',
    errors: [...errors],
  })
