import type { ErrorCode, ErrorSource, FieldError } from '../schema/api/errors.ts'

/** A refusal of the gateway, or `unreachable` when none answers. `code` is stable; `message` is for people. */
export class KevalError extends Error {
  readonly code: ErrorCode | 'unreachable' | 'unknown'
  /** HTTP status; 0 when no gateway answered. */
  readonly status: number
  readonly source: ErrorSource | null
  readonly requestId: string | null
  readonly errors: FieldError[]
  /** Seconds to wait before another try, where the gateway says so. */
  readonly retryAfter: number | null

  constructor(status: number, body: Partial<RefusalBody>, retryAfter: number | null = null) {
    super(body.detail ?? `The gateway answered ${status}.`)
    this.name = 'KevalError'
    this.code = body.code ?? 'unknown'
    this.status = status
    this.source = body.source ?? null
    this.requestId = body.request_id ?? null
    this.errors = body.errors ?? []
    this.retryAfter = retryAfter
  }
}

interface RefusalBody {
  code: ErrorCode | 'unreachable'
  detail: string
  source: ErrorSource
  request_id: string
  errors: FieldError[]
}

/** Reads a refusal in either of its shapes: problem details, or OpenAI's error object. */
export async function refusalOf(response: Response): Promise<KevalError> {
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN)
  const text = await response.text()
  let body: Partial<RefusalBody> = {}
  try {
    const parsed = JSON.parse(text)
    body = parsed.error === undefined ? parsed : { ...parsed.error, detail: parsed.error.message }
  } catch {
    // not from a gateway: a proxy's page, say; the status tells what there is to tell
  }
  return new KevalError(response.status, body, Number.isFinite(wait) ? wait : null)
}
