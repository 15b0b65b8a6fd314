import { type ErrorCode, errorCodes } from '../../../schema/api/error-codes.ts'
import { type Failure, reason } from '../../../schema/api/errors.ts'
import type { FieldError } from '../../../schema/messages/field-errors.ts'
import { isMessageCode } from '../../../schema/messages/message.ts'
import { parseJson, readBounded } from './bounded-body.ts'
import { type NodeRefusal, nodeRefusal } from './chat-wire.ts'
import { NodeFailure } from './node-failure.ts'
import { printable } from './printable.ts'

const defaultPauseMs = 1_000
const maxPauseMs = 3_600_000
const maxMessageLength = 300
const tooLong = /context.{0,12}(length|window|size)|maximum.{0,12}(context|length)|too (many tokens|long)/i

/** The failure behind a status above 299: whose fault it is, and whether another try makes sense. */
export async function toNodeFailure(response: Response, now: number): Promise<NodeFailure> {
  const parsed = nodeRefusal.safeParse(parseJson((await readBounded(response, 65_536)) ?? ''))
  const refusal: NodeRefusal | null = parsed.success ? parsed.data.error : null
  const message = printable(refusal?.message ?? '').slice(0, maxMessageLength)
  const { status } = response
  if (status === 429 || status === 503) {
    const pauseMs = parseRetryAfter(response.headers.get('retry-after'), now) ?? defaultPauseMs
    return new NodeFailure(
      {
        code: 'no_node_available',
        ...reason('node_no_room'),
        source: 'node',
        retryAfter: Math.ceil(pauseMs / 1000),
      },
      { retry: 'anywhere', fault: false, pauseMs },
    )
  }
  if (status === 404) {
    return new NodeFailure(
      { code: 'node_failed', ...reason('node_model_missing'), source: 'node' },
      { retry: 'elsewhere', fault: false },
    )
  }
  if (status === 413) {
    // often sent by a proxy in front of the node, so no evidence about the node; another would refuse it too
    return new NodeFailure(
      { code: 'body_too_large', ...reason('node_body_too_large'), source: 'node' },
      { retry: 'nowhere', fault: false },
    )
  }
  if (status === 400 || status === 422 || refusal?.code === 'context_length_exceeded') {
    return clientMistake(message, refusal)
  }
  return new NodeFailure(
    { code: 'node_failed', ...reason('node_status', { status }), source: 'node' },
    { retry: 'anywhere', fault: true },
  )
}

/** The request itself is wrong: every node would refuse it, and none is to blame. */
function clientMistake(message: string, refusal: NodeRefusal | null): NodeFailure {
  const code = tooLong.test(message)
    ? 'context_length_exceeded'
    : toClientCode(refusal?.code ?? refusal?.type ?? null)
  return new NodeFailure(
    { code, ...(ownReason(refusal) ?? foreignReason(message, refusal?.param ?? '')), source: 'node' },
    { retry: 'nowhere', fault: false },
  )
}

/** The reason code of keval-node, rendered later in the reader's language. */
function ownReason(refusal: NodeRefusal | null): Pick<Failure, 'reason' | 'params' | 'errors'> | null {
  const { reason: code, params, errors } = refusal ?? {}
  if (!isMessageCode(code)) return null
  const known = (errors ?? []).filter((one): one is FieldError => isMessageCode(one.code))
  return { reason: code, ...(params && { params }), ...(known.length > 0 && { errors: known }) }
}

/** The message of another server. */
function foreignReason(message: string, param: string): Pick<Failure, 'reason' | 'params' | 'errors'> {
  const why = message === '' ? reason('node_refused_silently') : reason('node_refused', { problem: message })
  const field = printable(param).slice(0, 200)
  if (field === '') return why
  const { reason: code, params } = why
  return { ...why, errors: [{ field, code, ...(params && { params }) }] }
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
