import { type ErrorCode, errorCodes } from '../../../schema/api/errors.ts'
import { parseJson, readBounded } from './bounded-body.ts'
import { nodeRefusal } from './chat-wire.ts'
import { NodeFailure } from './node-failure.ts'
import { printable } from './printable.ts'

const defaultPauseMs = 1_000
const maxPauseMs = 3_600_000
const maxMessageLength = 300
const tooLong = /context.{0,12}(length|window|size)|maximum.{0,12}(context|length)|too (many tokens|long)/i

/** The failure behind a status above 299: whose fault it is, and whether another try makes sense. */
export async function toNodeFailure(response: Response, now: number): Promise<NodeFailure> {
  const parsed = nodeRefusal.safeParse(parseJson((await readBounded(response, 65_536)) ?? ''))
  const refusal = parsed.success ? parsed.data.error : null
  const message = printable(refusal?.message ?? '').slice(0, maxMessageLength)
  const { status } = response
  if (status === 429 || status === 503) {
    const pauseMs = parseRetryAfter(response.headers.get('retry-after'), now) ?? defaultPauseMs
    const detail = 'The node has no room at the moment.'
    return new NodeFailure(
      { code: 'no_node_available', detail, source: 'node', retryAfter: Math.ceil(pauseMs / 1000) },
      { retry: 'anywhere', fault: false, pauseMs },
    )
  }
  if (status === 404) {
    const detail = 'The node does not serve this model.'
    return new NodeFailure(
      { code: 'node_failed', detail, source: 'node' },
      { retry: 'elsewhere', fault: false },
    )
  }
  if (status === 413) {
    // often a proxy in front of the node: it says nothing about the node, and the next accepts no more
    const detail = 'The node takes no request of this size.'
    return new NodeFailure(
      { code: 'body_too_large', detail, source: 'node' },
      { retry: 'nowhere', fault: false },
    )
  }
  if (status === 400 || status === 422 || refusal?.code === 'context_length_exceeded') {
    return clientMistake(message, refusal?.code ?? refusal?.type ?? null, refusal?.param ?? null)
  }
  const detail = `The node answered ${status}.`
  return new NodeFailure({ code: 'node_failed', detail, source: 'node' }, { retry: 'anywhere', fault: true })
}

/** The request itself is wrong: every node would refuse it, and none is to blame. */
function clientMistake(message: string, code: string | number | null, param: string | null): NodeFailure {
  const detail = message || 'The node refused the request and gave no reason.'
  const field = param === null || param === '' ? null : printable(param).slice(0, 200)
  return new NodeFailure(
    {
      code: tooLong.test(message) ? 'context_length_exceeded' : toClientCode(code),
      detail,
      source: 'node',
      ...(field !== null && { errors: [{ field, message: detail }] }),
    },
    { retry: 'nowhere', fault: false },
  )
}

/** A node's own code where it is one of ours for a wrong request; `invalid_request` for all others. */
function toClientCode(code: string | number | null): ErrorCode {
  const known = typeof code === 'string' && Object.hasOwn(errorCodes, code) ? (code as ErrorCode) : null
  return known !== null && errorCodes[known].status === 400 ? known : 'invalid_request'
}

/** `Retry-After` in seconds or as a date, in milliseconds from now; at most an hour. */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null
  const seconds = Number(header)
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return milliseconds >= 0 ? Math.min(milliseconds, maxPauseMs) : null
}
