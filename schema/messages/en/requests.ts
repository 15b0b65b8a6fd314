/** The request as a whole, who sends it, and limits. */
export const requests = {
  // the request as a whole
  body_too_large: 'The body may have at most {maximum} bytes.',
  upload_too_large: 'An upload may have at most {maximum} bytes. Split the file.',
  file_too_large: 'A file may have at most {maximum} bytes.',
  encoding_unsupported: 'Send the body uncompressed or with Content-Encoding: gzip.',
  body_timeout: 'The body did not arrive within the time limit.',
  incomplete_body: 'The body is incomplete, or its chunks are malformed.',
  forms_busy:
    'Too many upload forms are being processed. Send a single file as the body, or try again shortly.',
  unzipped_too_large: 'The body may have at most {maximum} bytes after decompression.',
  expands_too_far:
    'The body expands to more than {maximum} times the bytes that were sent. Send it uncompressed.',
  gzip_malformed: 'Content-Encoding is gzip, but the body is not valid gzip or is cut off.',
  json_expected: 'Send the body as JSON, with Content-Type: application/json.',
  body_not_json: 'The body is not valid JSON.',
  request_refused: 'The request was rejected.',
  no_route: 'There is no {method} {path}.',
  no_api_route: 'There is no {method} {path}. The API has {collections}; see /docs.',
  no_node_route: 'There is no {method} {path}. This node has /v1/chat/completions, /v1/models and /health.',
  host_invalid: 'The Host header names no host.',
  method_not_allowed: '{path} accepts {methods}.',
  prompt_too_long: 'The prompt has at least {tokens} tokens, but the context of the model has {context}.',
  idempotency_mismatch: 'This Idempotency-Key was already used with a different request.',
  answer_not_kept:
    'The request with this Idempotency-Key was already answered, and the response was not kept.',
  judgment_deleted: 'The judgment made under this Idempotency-Key was deleted.',
  idempotency_in_progress: 'The request with this Idempotency-Key has not finished yet.',
  not_cached: 'Only a cached judgment was requested, but none is cached.',
  internal_error: 'Something went wrong on our side. Report the request ID.',
  storage_unavailable: 'The database is not responding. Try again shortly.',
  storage_not_written: 'The data could not be stored.',
  storage_restarting: 'The storage of the tenant is restarting. Nothing was stored.',
  disk_full: 'The service has {left} bytes of disk space left. Uploads need at least {watermark}.',
  audit_busy: 'The audit log is busy. Try again shortly.',
  upload_interrupted: 'The service restarted during the upload. Send the file again.',
  storage_full:
    'The tenant uses {used} bytes of storage. Uploads are accepted below {maximum}. Delete evaluations, files or judgments.',

  // who asks
  api_key_missing: 'An API key is required: Authorization: Bearer kev_…',
  api_key_malformed: 'The bearer token is not an API key, or was mistyped.',
  api_key_unchecked: 'The key could not be checked. Try again shortly.',
  api_key_invalid: 'The API key is unknown, revoked or expired.',
  tenant_suspended: 'The operator has suspended this tenant.',
  scope_missing: 'The scope "{scope}" is required. Scopes of this key: {scopes}.',
  operator_required:
    'This route is for operators: sign in with Cloudflare Access, or send the admin secret as a bearer token.',
  operator_name: 'X-Operator-Name must be one line of at most {maximum} characters, percent-encoded.',
  status_token_missing: 'The status token of the application is required: Authorization: Bearer kst_…',
  too_many_unknown_keys: 'Too many unknown API keys from this IP address.',
  too_many_attempts: 'Too many attempts. Try again later.',

  // limits
  too_many_at_once: 'Too many requests with this key in the last few seconds. Try again shortly.',
  tenant_concurrency: 'The tenant may run {limit} judgments at a time.',
  key_concurrency: 'The key may run {limit} judgments at a time.',
  tenant_quota:
    'The tenant has {left} of {limit} tokens left today (Korean time); this request may need {needed}. Lower max_tokens to need fewer.',
  key_quota:
    'The key has {left} of {limit} tokens left today (Korean time); this request may need {needed}. Lower max_tokens to need fewer.',
  tenant_rate: 'The tenant may send {limit} uncached requests per minute.',
  key_rate: 'The key may send {limit} uncached requests per minute.',
} as const
