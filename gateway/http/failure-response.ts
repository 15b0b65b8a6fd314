import type { Hook } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { openAiErrorBody, problemBody } from '../../schema/api/error-body.ts'
import { errorCodes } from '../../schema/api/error-codes.ts'
import { type Failure, FailureError, invalidRequest, reason } from '../../schema/api/errors.ts'
import { fieldErrors } from '../../schema/messages/field-errors.ts'
import { isOutage } from '../platform/control-database.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import type { GatewayContext, GatewayEnv } from './context.ts'
import { readerLanguage } from './reader-language.ts'
import type { RouteIndex } from './route-index.ts'

/** Paths of OpenAI's API, also those that are not served: its clients read its error object only. */
export const openAiPaths =
  /^\/v1\/(chat|completions|responses|embeddings|models|files|batches|moderations|audio|images|assistants|threads)(\/|$)/

/** The one place where a failure becomes HTTP: OpenAI's shape on its paths, RFC 9457 elsewhere. */
function failureResponse(c: GatewayContext, failure: Failure): Response {
  const requestId = c.get('requestId')
  c.get('logFields').code = failure.code
  const openAi = openAiPaths.test(c.req.path)
  const language = readerLanguage(c)
  const body = openAi
    ? openAiErrorBody(failure, requestId, language)
    : problemBody(failure, requestId, language)
  const headers: Record<string, string> = {
    'content-type': openAi ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
    'content-language': language,
  }
  if (failure.retryAfter !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(failure.retryAfter)))
  if (errorCodes[failure.code].status === 401) headers['www-authenticate'] = 'Bearer realm="keval-edge"'
  return c.body(JSON.stringify(body), errorCodes[failure.code].status, headers)
}

/** Turns a thrown error into a failure response. */
export function onError(error: Error, c: GatewayContext): Response {
  return failureResponse(c, toFailure(error, c))
}

/** The failure behind a thrown error; an unexpected one is logged without its message. */
export function toFailure(error: Error, c: GatewayContext): Failure {
  if (error instanceof FailureError) return error.failure
  if (error instanceof HTTPException) return fromException(error)
  logUnexpected(error, { request_id: c.get('requestId') })
  if (isOutage(error)) return storageUnavailable
  return { code: 'internal_error', ...reason('internal_error'), source: 'gateway' }
}

const storageUnavailable: Failure = {
  code: 'storage_unavailable',
  ...reason('storage_unavailable'),
  source: 'gateway',
  retryAfter: 5,
}

/** An unknown path, or a known one with another method. */
export function onNotFound(routes: () => RouteIndex) {
  return (c: GatewayContext): Response => {
    const { method, path } = c.req
    const allowed = routes().methodsAt(path)
    if (allowed.length > 0) {
      const methods = allowed.join(', ')
      c.header('allow', methods)
      const why = reason('method_not_allowed', { path, methods })
      return failureResponse(c, { code: 'method_not_allowed', ...why, source: 'gateway' })
    }
    const asked = { method, path: path.slice(0, 200) }
    const why = path.startsWith('/v1/')
      ? reason('no_api_route', { ...asked, collections: routes().collections.join(', ') })
      : reason('no_route', asked)
    return failureResponse(c, { code: 'not_found', ...why, source: 'gateway' })
  }
}

/** The hook of `@hono/zod-openapi`'s validators: every issue becomes a named field. */
export const onInvalid: Hook<unknown, GatewayEnv, string, unknown> = (result, c) =>
  result.success ? undefined : failureResponse(c, invalidRequest(fieldErrors(result.error.issues)))

function fromException(error: HTTPException): Failure {
  const source = 'gateway'
  if (error.status === 413) return { code: 'body_too_large', ...reason('request_refused'), source }
  if (error.status === 400 && /JSON/i.test(error.message)) {
    return { code: 'invalid_json', ...reason('body_not_json'), source }
  }
  if (error.status === 404) return { code: 'not_found', ...reason('no_such_thing'), source }
  const code = error.status < 500 ? 'invalid_request' : 'internal_error'
  return { code, ...reason('request_refused'), source }
}
