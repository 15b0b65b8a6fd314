import type { Context } from 'hono'
import { openAiErrorBody } from '../../schema/api/error-body.ts'
import { errorCodes } from '../../schema/api/error-codes.ts'
import { type Failure, FailureError, reason } from '../../schema/api/errors.ts'
import { parseLanguage } from '../../schema/messages/language.ts'
import type { NodeEnv } from './context.ts'

/** The one place where a failure becomes HTTP. */
export function failureResponse(c: Context<NodeEnv>, failure: Failure): Response {
  const { status } = errorCodes[failure.code]
  const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  if (failure.retryAfter !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(failure.retryAfter)))
  if (status === 401) headers['www-authenticate'] = 'Bearer realm="keval-node"'
  return c.body(
    JSON.stringify(openAiErrorBody(failure, c.get('requestId'), readerLanguage(c))),
    status,
    headers,
  )
}

/** The failure that was thrown; null for an unexpected error. */
export function expectedFailure(error: unknown): Failure | null {
  return error instanceof FailureError ? error.failure : null
}

export const unexpected: Failure = {
  code: 'internal_error',
  ...reason('node_internal_error'),
  source: 'node',
}

/** The language of messages in the answer: what `Accept-Language` asks for, else English. */
export const readerLanguage = (c: Context<NodeEnv>) => parseLanguage(c.req.header('accept-language'))
