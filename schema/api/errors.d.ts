/**
 * Every failure a client can meet, by its stable code. `docs/ERRORS.md` lists the same table; a test
 * compares the two. `status` is the HTTP status, `meaning` what happened, `check` what to look at.
 */
export declare const errorCodes: {
  readonly invalid_json: {
    readonly status: 400
    readonly title: 'The body is not JSON'
    readonly meaning: 'The request body could not be parsed as JSON in UTF-8.'
    readonly check: 'Send a JSON object with `Content-Type: application/json`.'
  }
  readonly invalid_request: {
    readonly status: 400
    readonly title: 'A field is missing or wrong'
    readonly meaning: 'At least one field is missing, of the wrong type, out of bounds or unknown. `errors` names each.'
    readonly check: 'The `errors` list: each entry has the field and what is allowed.'
  }
  readonly context_length_exceeded: {
    readonly status: 400
    readonly title: 'The input is too long for the model'
    readonly meaning: 'The rendered prompt leaves no room for a judgment in the context of the model.'
    readonly check: 'The counts in `detail`; shorten the question, answer or reference.'
  }
  readonly body_too_large: {
    readonly status: 413
    readonly title: 'The body is too large'
    readonly meaning: 'The request body is larger than this route accepts.'
    readonly check: 'The limit in `detail`.'
  }
  readonly unsupported_media_type: {
    readonly status: 415
    readonly title: 'The content type is not accepted'
    readonly meaning: 'The route takes another content type.'
    readonly check: 'Send `Content-Type: application/json`.'
  }
  readonly not_found: {
    readonly status: 404
    readonly title: 'There is no such thing'
    readonly meaning: 'The path or the object does not exist, or is not yours to see.'
    readonly check: 'The path and the id.'
  }
  readonly method_not_allowed: {
    readonly status: 405
    readonly title: 'The method is not allowed here'
    readonly meaning: 'The path exists, but not with this method.'
    readonly check: 'The `Allow` header lists the methods.'
  }
  readonly model_not_found: {
    readonly status: 404
    readonly title: 'The model is not served'
    readonly meaning: 'No node serves the model named in the request, or the key may not use it.'
    readonly check: '`GET /v1/models` lists what can be asked for.'
  }
  readonly conflict: {
    readonly status: 409
    readonly title: 'The state does not allow this'
    readonly meaning: 'The object is in a state from which this step is impossible, for example it was decided already.'
    readonly check: 'The current state, named in `detail`.'
  }
  readonly missing_api_key: {
    readonly status: 401
    readonly title: 'An API key is needed'
    readonly meaning: 'The request has no `Authorization: Bearer` header.'
    readonly check: 'Send the key that the claim link showed. Access is by application: see the start page.'
  }
  readonly malformed_api_key: {
    readonly status: 401
    readonly title: 'This is not an API key'
    readonly meaning: 'The key does not have the form of a keval key, or its checksum is wrong: most likely a typing or copying error.'
    readonly check: 'Copy the key again, whole, without quotes or blanks.'
  }
  readonly invalid_api_key: {
    readonly status: 401
    readonly title: 'The API key is not valid'
    readonly meaning: 'The key is unknown, revoked or expired.'
    readonly check: 'Create or rotate a key, or ask the operator.'
  }
  readonly insufficient_scope: {
    readonly status: 403
    readonly title: 'The key may not do this'
    readonly meaning: 'The key is valid but does not have the scope that this route needs.'
    readonly check: 'The scope named in `detail`.'
  }
  readonly tenant_suspended: {
    readonly status: 403
    readonly title: 'The tenant is suspended'
    readonly meaning: 'The operator has suspended this tenant.'
    readonly check: 'Ask the operator.'
  }
  readonly operator_required: {
    readonly status: 401
    readonly title: 'Operator sign-in is needed'
    readonly meaning: 'The route is for operators and the request carries no valid operator credential.'
    readonly check: 'Send the admin secret or a Cloudflare Access token.'
  }
  readonly status_token_required: {
    readonly status: 401
    readonly title: 'A status token is needed'
    readonly meaning: 'The route shows or changes an application and the request has no `Authorization: Bearer` header.'
    readonly check: 'Send the status token that was answered when the application was submitted.'
  }
  readonly link_not_valid: {
    readonly status: 404
    readonly title: 'The link is not valid'
    readonly meaning: 'The one-time link is unknown, was used, was replaced by a newer one, or is expired.'
    readonly check: 'The newest mail; the status page of the application says where it stands.'
  }
  readonly rate_limited: {
    readonly status: 429
    readonly title: 'Too many requests'
    readonly meaning: 'A rate limit of the key, the tenant or the address is reached.'
    readonly check: '`Retry-After` says when to come back.'
  }
  readonly quota_exceeded: {
    readonly status: 429
    readonly title: 'The quota is used up'
    readonly meaning: 'The token quota of the day is used up.'
    readonly check: '`Retry-After` says when the next day begins (Korean time).'
  }
  readonly not_cached: {
    readonly status: 504
    readonly title: 'Not in the cache'
    readonly meaning: 'The request said `only-if-cached` and no stored judgment answers it.'
    readonly check: 'Send it without `only-if-cached` to have it judged.'
  }
  readonly idempotency_mismatch: {
    readonly status: 422
    readonly title: 'The Idempotency-Key was used with another body'
    readonly meaning: 'The same key was sent before with a different request.'
    readonly check: 'Use a fresh Idempotency-Key for a different request.'
  }
  readonly idempotency_in_progress: {
    readonly status: 409
    readonly title: 'The request with this Idempotency-Key is still running'
    readonly meaning: 'An earlier request with the same key has not finished.'
    readonly check: '`Retry-After`, then send it again.'
  }
  readonly no_node_available: {
    readonly status: 503
    readonly title: 'No node can take the request'
    readonly meaning: 'No node that serves the model is up and has room.'
    readonly check: '`Retry-After`; the operator sees the nodes and their health.'
  }
  readonly node_failed: {
    readonly status: 502
    readonly title: 'The node failed'
    readonly meaning: 'The node answered with an error or with something that is not a completion.'
    readonly check: 'Try again; the request id finds the cause in the logs.'
  }
  readonly node_timeout: {
    readonly status: 504
    readonly title: 'The node took too long'
    readonly meaning: 'The node did not answer within the time limit.'
    readonly check: 'Try again later.'
  }
  readonly stream_interrupted: {
    readonly status: 502
    readonly title: 'The answer broke off'
    readonly meaning: 'The node ended the connection before its answer was whole. Nothing was cached.'
    readonly check: 'Try again.'
  }
  readonly model_changed: {
    readonly status: 503
    readonly title: 'The model has changed'
    readonly meaning: 'The node was given new weights while the request was under way. Nothing was stored.'
    readonly check: 'Send it again: it will be judged with the new weights.'
  }
  readonly overloaded: {
    readonly status: 503
    readonly title: 'The queue is full'
    readonly meaning: 'The node has as many requests waiting as it accepts.'
    readonly check: '`Retry-After`, computed from the real throughput.'
  }
  readonly engine_unavailable: {
    readonly status: 503
    readonly title: 'The engine is not ready'
    readonly meaning: 'The engine process is starting, draining or restarting after a crash.'
    readonly check: '`GET /health` of the node says which, and why.'
  }
  readonly engine_timeout: {
    readonly status: 504
    readonly title: 'A time limit of the engine was reached'
    readonly meaning: 'The request waited in the queue or ran longer than the node allows.'
    readonly check: 'The limit named in `detail`.'
  }
  readonly storage_unavailable: {
    readonly status: 503
    readonly title: 'The storage does not answer'
    readonly meaning: 'The database could not be reached, so nothing was done.'
    readonly check: '`Retry-After`.'
  }
  readonly storage_full: {
    readonly status: 507
    readonly title: 'The storage of the tenant is full'
    readonly meaning: 'The tenant keeps as much as it may, so no further upload is taken.'
    readonly check: 'Delete evaluations, files or judgments that are no longer needed.'
  }
  readonly not_configured: {
    readonly status: 503
    readonly title: 'The operator has not set this up'
    readonly meaning: 'A secret or setting that this route needs is missing or wrong.'
    readonly check: 'The setting named in `detail`; docs/ACCESS.md lists them all.'
  }
  readonly internal_error: {
    readonly status: 500
    readonly title: 'Something went wrong here'
    readonly meaning: 'An unexpected failure. It was logged with the request id.'
    readonly check: 'Report the request id.'
  }
}
export type ErrorCode = keyof typeof errorCodes
/** Which side failed: the gateway itself, or the node behind it. */
export type ErrorSource = 'gateway' | 'node'
/** One wrong field: its path in the body (`turns.0.answer`), what is wrong, what is allowed. */
export interface FieldError {
  field: string
  message: string
}
/** An expected failure, as a value: what every layer returns or throws towards the one error handler. */
export interface Failure {
  code: ErrorCode
  detail: string
  source: ErrorSource
  errors?: FieldError[]
  /** Whole seconds for the `Retry-After` header. */
  retryAfter?: number
}
/** Carries a {@link Failure} through code that can only throw. */
export declare class FailureError extends Error {
  readonly failure: Failure
  constructor(failure: Failure)
}
