import type { ErrorCode, ErrorSource, FieldError } from './api-types.ts'
import { parseRetryAfter } from './retry-delay.ts'

/** Codes of failures that no gateway reported. */
export type LocalErrorCode = 'unreachable' | 'unreadable_input' | 'broken_answer' | 'unknown'

/** A refusal of the gateway, or a failure to reach it. `code` is stable; `message` is for people. */
export class KevalError extends Error {
  readonly code: ErrorCode | LocalErrorCode
  /** HTTP status; 0 when no gateway answered. */
  readonly status: number
  readonly source: ErrorSource | null
  readonly requestId: string | null
  readonly errors: FieldError[]
  /** Seconds to wait before another try, where the gateway says so. */
  readonly retryAfter: number | null

  constructor(status: number, body: Partial<ErrorBody>, retryAfter: number | null = null) {
    super(body.detail ?? `The gateway answered ${status}.`)
    this.name = 'KevalError'
    this.code = body.code ?? 'unknown'
    this.status = status
    this.source = body.source ?? null
    this.requestId = body.request_id ?? null
    this.errors = body.errors ?? []
    this.retryAfter = retryAfter
  }

  /** The error as JSON.stringify writes it. */
  toJSON(): object {
    const { code, status, message, source, requestId, errors, retryAfter } = this
    return { code, status, message, source, request_id: requestId, errors, retry_after: retryAfter }
  }
}

interface ErrorBody {
  code: ErrorCode | LocalErrorCode
  detail: string
  source: ErrorSource
  request_id: string
  errors: FieldError[]
}

/** Reads an error response in either of its shapes: problem details, or OpenAI's error object. */
export async function parseErrorResponse(response: Response): Promise<KevalError> {
  const wait = parseRetryAfter(response.headers.get('retry-after'))
  const body = toErrorBody(await response.text().catch(() => ''))
  body.request_id ??= response.headers.get('x-request-id') ?? undefined
  return new KevalError(response.status, body, wait === null ? null : Math.ceil(wait / 1000))
}

/** An empty body means that something else answered, such as a proxy with its error page. */
function toErrorBody(text: string): Partial<ErrorBody> {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return {}
  }
  if (typeof parsed !== 'object' || parsed === null) return {}
  const { error } = parsed as { error?: unknown }
  if (typeof error === 'object' && error !== null)
    return { ...error, detail: String((error as { message?: unknown }).message ?? '') }
  return typeof (parsed as ErrorBody).detail === 'string' ? (parsed as ErrorBody) : {}
}
