/**
 * Every failure a client can meet, by its stable code. `docs/ERRORS.md` lists the same table; a test
 * compares the two. `status` is the HTTP status, `meaning` what happened, `check` what to look at.
 */
export const errorCodes = {
  // the request
  invalid_json: {
    status: 400,
    title: 'The body is not JSON',
    meaning: 'The request body could not be parsed as JSON in UTF-8.',
    check: 'Send a JSON object with `Content-Type: application/json`.',
  },
  invalid_request: {
    status: 400,
    title: 'A field is missing or wrong',
    meaning:
      'At least one field is missing, of the wrong type, out of bounds or unknown. `errors` names each.',
    check: 'The `errors` list: each entry has the field and what is allowed.',
  },
  invalid_encoding: {
    status: 400,
    title: 'The text is not UTF-8',
    meaning:
      'A body, form field, file or query is in another encoding than UTF-8 (CP949, for example), or holds a lone surrogate. Nothing was stored and no node was asked.',
    check: 'Convert to UTF-8 first: `iconv -f CP949 -t UTF-8`. `errors` names the field or line.',
  },
  incomplete_body: {
    status: 400,
    title: 'The body is incomplete',
    meaning: 'The body ended before its announced end, or its chunks or its compression are malformed.',
    check: 'Send it again, whole.',
  },
  body_timeout: {
    status: 408,
    title: 'The body came too slowly',
    meaning: 'The body did not arrive within the time limit.',
    check: 'Send it again over a faster connection, or in smaller parts.',
  },
  context_length_exceeded: {
    status: 400,
    title: 'The input is too long for the model',
    meaning: 'The rendered prompt leaves no room for a judgment in the context of the model.',
    check: 'The counts in `detail`; shorten the question, answer or reference.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning: 'The request body is larger than this route accepts.',
    check: 'The limit in `detail`.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The content type is not accepted',
    meaning: 'The route takes another content type.',
    check: 'Send `Content-Type: application/json`.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'The path or the object does not exist, or you do not have access to it.',
    check: 'The path and the id.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, but not with this method.',
    check: 'The `Allow` header lists the methods.',
  },
  model_not_found: {
    status: 404,
    title: 'The model is not served',
    meaning: 'No node serves the model named in the request, or the key may not use it.',
    check: '`GET /v1/models` lists the models you can use.',
  },
  conflict: {
    status: 409,
    title: 'Not possible in this state',
    meaning:
      'The object is in a state from which this step is impossible, for example it was decided already.',
    check: 'The current state, named in `detail`.',
  },
  // who asks
  missing_api_key: {
    status: 401,
    title: 'API key required',
    meaning: 'The request has no `Authorization: Bearer` header.',
    check: 'Send the key that the claim link showed. Access is by application: see the start page.',
  },
  malformed_api_key: {
    status: 401,
    title: 'Malformed API key',
    meaning:
      'The key does not have the form of a keval key, or its checksum is wrong: most likely a copy-and-paste error.',
    check: 'Copy the whole key again, without quotes or spaces.',
  },
  invalid_api_key: {
    status: 401,
    title: 'Invalid API key',
    meaning: 'The key is unknown, revoked or expired.',
    check: 'Create or rotate a key, or ask the operator.',
  },
  insufficient_scope: {
    status: 403,
    title: 'Insufficient scope',
    meaning: 'The key is valid but does not have the scope that this route needs.',
    check: 'The scope named in `detail`.',
  },
  tenant_suspended: {
    status: 403,
    title: 'The tenant is suspended',
    meaning: 'The operator has suspended this tenant.',
    check: 'Ask the operator.',
  },
  operator_required: {
    status: 401,
    title: 'Operator sign-in required',
    meaning: 'The route is for operators and the request carries no valid operator credential.',
    check: 'Send the admin secret or a Cloudflare Access token.',
  },
  node_credential_required: {
    status: 401,
    title: 'Join token or node credential required',
    meaning: 'A node tried to join or to renew its lease without a valid join token or credential.',
    check: 'Ask the operator for a new join token, or start the node with the credential file it was given.',
  },
  status_token_required: {
    status: 401,
    title: 'Status token required',
    meaning:
      'The route shows or changes an application and the request has no `Authorization: Bearer` header.',
    check: 'Send the status token that was returned when the application was submitted.',
  },
  link_not_valid: {
    status: 404,
    title: 'The link is not valid',
    meaning: 'The one-time link is unknown, was used, was replaced by a newer one, or is expired.',
    check: 'The newest mail; the status page of the application says where it stands.',
  },
  // limits
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning: 'A rate limit of the key, the tenant or the address is reached.',
    check: '`Retry-After` says when to retry.',
  },
  quota_exceeded: {
    status: 429,
    title: 'Quota exceeded',
    meaning: 'The daily token quota is used up.',
    check: '`Retry-After` says when the next day begins (Korean time).',
  },
  // repeats
  not_cached: {
    status: 504,
    title: 'Not in the cache',
    meaning: 'The request said `only-if-cached` and no stored judgment answers it.',
    check: 'Send it without `only-if-cached` to have it judged.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'The Idempotency-Key was used with another body',
    meaning: 'The same key was sent before with a different request.',
    check: 'Use a fresh Idempotency-Key for a different request.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The request with this Idempotency-Key is still running',
    meaning: 'An earlier request with the same key has not finished.',
    check: '`Retry-After`, then send it again.',
  },
  // nodes
  no_node_available: {
    status: 503,
    title: 'No node can take the request',
    meaning: 'No node that serves the model is up and has room.',
    check: '`Retry-After`; the operator sees the nodes and their health.',
  },
  node_failed: {
    status: 502,
    title: 'The node failed',
    meaning: 'The node answered with an error or with something that is not a completion.',
    check: 'Try again; the request id finds the cause in the logs.',
  },
  node_timeout: {
    status: 504,
    title: 'The node took too long',
    meaning: 'The node did not answer within the time limit.',
    check: 'Try again later.',
  },
  stream_interrupted: {
    status: 502,
    title: 'Response interrupted',
    meaning: 'The node closed the connection before its answer was complete. Nothing was cached.',
    check: 'Try again.',
  },
  model_changed: {
    status: 503,
    title: 'The model has changed',
    meaning: 'The node was given new weights while the request was under way. Nothing was stored.',
    check: 'Send it again: it will be judged with the new weights.',
  },
  overloaded: {
    status: 503,
    title: 'The queue is full',
    meaning: 'The node has as many requests waiting as it accepts.',
    check: '`Retry-After`, computed from the real throughput.',
  },
  engine_unavailable: {
    status: 503,
    title: 'The engine is not ready',
    meaning: 'The engine process is starting, draining or restarting after a crash.',
    check: '`GET /health` of the node says which, and why.',
  },
  engine_timeout: {
    status: 504,
    title: 'A time limit of the engine was reached',
    meaning: 'The request waited in the queue or ran longer than the node allows.',
    check: 'The limit named in `detail`.',
  },
  storage_unavailable: {
    status: 503,
    title: 'Storage unavailable',
    meaning: 'The database could not be reached, so nothing was done.',
    check: '`Retry-After`.',
  },
  storage_full: {
    status: 507,
    title: 'The storage of the tenant is full',
    meaning: 'The tenant keeps as much as it may, so no further upload is taken.',
    check: 'Delete evaluations, files or judgments you no longer need.',
  },
  not_configured: {
    status: 503,
    title: 'Not configured',
    meaning: 'A secret or setting that this route needs is missing or wrong.',
    check: 'The setting named in `detail`; docs/ACCESS.md lists them all.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    meaning: 'An unexpected failure. It was logged with the request id.',
    check: 'Report the request id.',
  },
} as const

export type ErrorCode = keyof typeof errorCodes
