import { z } from 'zod'
import { withMessage } from '../messages/field-errors.ts'

export const maxTags = 20

/** A tag of evaluations, such as `nightly` or `release/2.1`. */
export const tag = z
  .string()
  .max(64)
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:/-]*$/u, withMessage('malformed_tag'))
