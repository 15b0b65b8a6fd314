import type { Context } from 'hono'
import type { z } from 'zod'
import { openAiErrorBody } from '../../schema/api/error-body.ts'
import { errorCodes, type Failure, FailureError, type FieldError } from '../../schema/api/errors.ts'
import type { NodeEnv } from './context.ts'

/** The one place where a failure becomes HTTP. */
export function failureResponse(c: Context<NodeEnv>, failure: Failure): Response {
  const { status } = errorCodes[failure.code]
  const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (failure.retryAfter !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(failure.retryAfter)))
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="keval-node"'
  return c.body(JSON.stringify(openAiErrorBody(failure, c.get('requestId'))), status, headers)
}

/** The failure that was thrown; null for an unexpected error. */
export function expectedFailure(error: unknown): Failure | null {
  return error instanceof FailureError ? error.failure : null
}

export const unexpected: Failure = {
  code: 'internal_error',
  detail: 'Something went wrong in the node. Report the request id.',
  source: 'node',
}

/** Every issue of a schema as a named field; an unknown field is named itself. */
export function invalidRequest(error: z.ZodError): Failure {
  const errors = error.issues.flatMap(fieldErrors)
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return { code: 'invalid_request', detail, source: 'node', errors }
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  const path = issue.path.map(String)
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ field: [...path, key].join('.'), message: 'is not a known field' }))
  return [{ field: path.join('.') || 'body', message: issue.message }]
}
