import type { Failure } from '../../schema/api/errors.ts'

/** After so many failures that may be its own fault, a request is given up. */
export const mostAttempts = 3

const ofOneRequest: ReadonlySet<string> = new Set([
  'node_failed',
  'node_timeout',
  'stream_interrupted',
  'engine_timeout',
  'internal_error',
])

/** Whether a failure may lie in the request; all others are about the node, the limits or the service as a whole. */
export const mayBeTheRequest = ({ code }: Failure) => ofOneRequest.has(code)
