import type { Hook } from '@hono/zod-openapi'
import { HTTPException } from 'hono/http-exception'
import { openAiErrorBody, problemBody } from '../../schema/api/error-body.ts'
import { errorCodes, type Failure, FailureError, type FieldError } from '../../schema/api/errors.ts'
import { isOutage } from '../platform/control-database.ts'
import { logUnexpected } from '../platform/unexpected.ts'
import type { GatewayContext, GatewayEnv } from './context.ts'
import type { RouteIndex } from './route-index.ts'

/** Paths of OpenAI's API, also those that are not served: its clients read its error object only. */
export const openAiPaths =
  /^\/v1\/(chat|completions|responses|embeddings|models|files|batches|moderations|audio|images|assistants|threads)(\/|$)/

/** The one place where a failure becomes HTTP: OpenAI's shape on its paths, RFC 9457 elsewhere. */
function failureResponse(c: GatewayContext, failure: Failure): Response {
  const requestId = c.get('requestId')
  c.get('logFields').code = failure.code
  const openAi = openAiPaths.test(c.req.path)
  const body = openAi ? openAiErrorBody(failure, requestId) : problemBody(failure, requestId)
  const headers: Record<string, string> = {
    'content-type': openAi ? 'application/json' : 'application/problem+json',
    'cache-control': 'no-store',
  }
  if (failure.retryAfter !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(failure.retryAfter)))
  if (errorCodes[failure.code].status === 401) headers['www-authenticate'] = 'Bearer realm="keval-edge"'
  return c.body(JSON.stringify(body), errorCodes[failure.code].status, headers)
}

/** Turns a thrown error into a failure response; an unexpected one is logged without its message. */
export function onError(error: Error, c: GatewayContext): Response {
  if (error instanceof FailureError) return failureResponse(c, error.failure)
  if (error instanceof HTTPException) return failureResponse(c, toFailure(error))
  logUnexpected(error, { request_id: c.get('requestId') })
  if (isOutage(error)) return failureResponse(c, storageUnavailable)
  return failureResponse(c, {
    code: 'internal_error',
    detail: 'Something went wrong here. Report the request id.',
    source: 'gateway',
  })
}

const storageUnavailable: Failure = {
  code: 'storage_unavailable',
  detail: 'The database does not answer; try again shortly.',
  source: 'gateway',
  retryAfter: 5,
}

/** An unknown path, or a known one with another method. */
export function onNotFound(routes: () => RouteIndex) {
  return (c: GatewayContext): Response => {
    const { method, path } = c.req
    const allowed = routes().methodsAt(path)
    if (allowed.length > 0) {
      c.header('allow', allowed.join(', '))
      const detail = `${path} takes ${allowed.join(', ')}.`
      return failureResponse(c, { code: 'method_not_allowed', detail, source: 'gateway' })
    }
    const exists = path.startsWith('/v1/')
      ? ` The API has ${routes().collections.join(', ')}; see /docs.`
      : ''
    return failureResponse(c, {
      code: 'not_found',
      detail: `There is no ${method} ${path.slice(0, 200)}.${exists}`,
      source: 'gateway',
    })
  }
}

/** The hook of `@hono/zod-openapi`'s validators: every issue becomes a named field. */
export const onInvalid: Hook<unknown, GatewayEnv, string, unknown> = (result, c) => {
  if (result.success) return undefined
  return failureResponse(c, invalidRequest(fieldErrors(result.error.issues)))
}

export function invalidRequest(errors: FieldError[]): Failure {
  const detail = errors.map(({ field, message }) => `${field}: ${message}`).join('; ')
  return { code: 'invalid_request', detail, source: 'gateway', errors }
}

interface Issue {
  code?: string
  path: PropertyKey[]
  message: string
  keys?: string[]
}

/** Zod's issues as field errors; an unknown field is named itself, not the object that holds it. */
export function fieldErrors(issues: readonly Issue[]): FieldError[] {
  return issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys' && issue.keys !== undefined) {
      return issue.keys.map((key) => ({
        field: [...issue.path, key.slice(0, 64)].map(String).join('.'),
        message: 'is not a field of this request',
      }))
    }
    return [{ field: issue.path.map(String).join('.') || 'body', message: issue.message }]
  })
}

function toFailure(error: HTTPException): Failure {
  const source = 'gateway'
  if (error.status === 413) return { code: 'body_too_large', detail: 'The body is too large.', source }
  if (error.status === 400 && /JSON/i.test(error.message)) {
    return { code: 'invalid_json', detail: 'The body is not valid JSON.', source }
  }
  if (error.status === 404) return { code: 'not_found', detail: 'There is no such thing.', source }
  return {
    code: error.status < 500 ? 'invalid_request' : 'internal_error',
    detail: 'The request was refused.',
    source,
  }
}
