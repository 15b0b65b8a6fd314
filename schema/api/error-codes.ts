/**
 * Every failure of the API by its stable code, with its HTTP status, its meaning and what to check. `docs/ERRORS.md` is
 * generated from this table.
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
    check: 'See `errors`: each entry has the field and what is allowed.',
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
    meaning: 'The body is shorter than its announced length, or its chunks or its compression are malformed.',
    check: 'Send the whole body again.',
  },
  body_timeout: {
    status: 408,
    title: 'The body arrived too slowly',
    meaning: 'The body did not arrive within the time limit.',
    check: 'Send it again over a faster connection, or in smaller parts.',
  },
  context_length_exceeded: {
    status: 400,
    title: 'The input is too long for the model',
    meaning: 'The prompt leaves no room for a judgment in the context of the model.',
    check: 'Shorten the question, answer or reference; `detail` has the token counts.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is too large',
    meaning:
      'The request body is larger than this route accepts, or expands too far when it is decompressed.',
    check: 'See the limit in `detail`.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The content type is not accepted',
    meaning: 'The route does not accept this content type.',
    check: 'Send `Content-Type: application/json`.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    meaning: 'The path or the object does not exist, or you do not have access to it.',
    check: 'Check the path and the id.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    meaning: 'The path exists, but it does not accept this method.',
    check: 'Use a method that the `Allow` header lists.',
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
      'The current state of the object does not allow this step. Example: the application was already decided.',
    check: 'See the current state in `detail`.',
  },
  // credentials
  missing_api_key: {
    status: 401,
    title: 'API key required',
    meaning: 'The request has no `Authorization: Bearer` header.',
    check: 'Send your API key. You receive a key when your application is approved.',
  },
  malformed_api_key: {
    status: 401,
    title: 'Malformed API key',
    meaning:
      'The key does not have the form of a keval key, or its checksum is wrong. Usually it was copied or typed incorrectly.',
    check: 'Copy the whole key again, without quotes or spaces.',
  },
  invalid_api_key: {
    status: 401,
    title: 'Invalid API key',
    meaning: 'The key is unknown, revoked or expired.',
    check: 'Create a new key, or ask the operator.',
  },
  insufficient_scope: {
    status: 403,
    title: 'Insufficient scope',
    meaning: 'The key is valid but does not have the scope that this route needs.',
    check: 'See the required scope in `detail`.',
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
    meaning: 'The route is for operators, and the request has no valid operator credential.',
    check: 'Send the admin secret or a Cloudflare Access token.',
  },
  node_credential_required: {
    status: 401,
    title: 'Join token or node credential required',
    meaning: 'A node tried to join or to renew its lease without a valid join token or credential.',
    check: 'Ask the operator for a new join token, or start the node with its existing credential file.',
  },
  status_token_required: {
    status: 401,
    title: 'Status token required',
    meaning:
      'The route shows or changes an application, and the request has no `Authorization: Bearer` header.',
    check: 'Send the status token that was returned when the application was submitted.',
  },
  link_not_valid: {
    status: 404,
    title: 'The link is not valid',
    meaning: 'The one-time link is unknown, already used, replaced by a newer one, or expired.',
    check: 'Open the link in the newest mail. The status page of the application shows its progress.',
  },
  // limits
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    meaning: 'A request limit of the key, the tenant or the IP address was exceeded.',
    check: 'Wait for the time in `Retry-After`, then try again.',
  },
  quota_exceeded: {
    status: 429,
    title: 'Quota exceeded',
    meaning: 'The daily token quota is used up.',
    check: '`Retry-After` is the time until the next day begins (Korean time).',
  },
  // repeats
  not_cached: {
    status: 504,
    title: 'Not in the cache',
    meaning: 'The request said `only-if-cached` and no stored judgment answers it.',
    check: 'Send the request without `only-if-cached` to have it judged.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'The Idempotency-Key was used with another body',
    meaning: 'The same key was sent before with a different request.',
    check: 'Use a new Idempotency-Key for a different request.',
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The request with this Idempotency-Key is still running',
    meaning: 'An earlier request with the same key has not finished.',
    check: 'Wait for the time in `Retry-After`, then send the request again.',
  },
  // nodes
  no_node_available: {
    status: 503,
    title: 'No node can take the request',
    meaning: 'The nodes that serve the model do not answer or have no room.',
    check: 'Wait for the time in `Retry-After`, then try again. The operator can see the state of the nodes.',
  },
  node_failed: {
    status: 502,
    title: 'The node failed',
    meaning: 'The node answered with an error or with something other than a completion.',
    check: 'Try again. The logs have the cause under the request id.',
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
    meaning: 'The node loaded new weights while it handled the request. Nothing was stored.',
    check: 'Send the request again; it is judged with the new weights.',
  },
  overloaded: {
    status: 503,
    title: 'The queue is full',
    meaning: 'The queue of the node has no free place.',
    check: 'Wait for the time in `Retry-After`, which is computed from the actual throughput.',
  },
  engine_unavailable: {
    status: 503,
    title: 'The engine is not ready',
    meaning: 'The engine process is starting, shutting down or restarting after a crash.',
    check: 'See the state and its reason in `GET /health` of the node.',
  },
  engine_timeout: {
    status: 504,
    title: 'A time limit of the engine was reached',
    meaning: 'The request waited in the queue or ran longer than the node allows.',
    check: 'See the limit in `detail`.',
  },
  storage_unavailable: {
    status: 503,
    title: 'Storage unavailable',
    meaning: 'The database could not be reached. The request was not processed.',
    check: 'Wait for the time in `Retry-After`, then try again.',
  },
  storage_full: {
    status: 507,
    title: 'The storage of the tenant is full',
    meaning: 'The tenant has reached its storage limit. No further upload is accepted.',
    check: 'Delete evaluations, files or judgments that you no longer need.',
  },
  not_configured: {
    status: 503,
    title: 'Not configured',
    meaning: 'A secret or setting that this route needs is missing or wrong.',
    check: 'See the setting in `detail`; docs/ACCESS.md lists all settings.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    meaning: 'An unexpected failure occurred. It was logged with the request id.',
    check: 'Report the request id to the operator.',
  },
} as const

export type ErrorCode = keyof typeof errorCodes
