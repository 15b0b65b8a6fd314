import { type ErrorCode, type ErrorSource, errorCodes, type Failure, type FieldError } from './errors.ts'

/** RFC 9457 problem details, with the members every keval-edge error has. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  source: ErrorSource
  request_id: string
  errors?: FieldError[]
}

/** The error object of the OpenAI API, with `source` and `request_id` beside its own members. */
export interface OpenAiErrorBody {
  error: {
    message: string
    type: string
    param: string | null
    code: ErrorCode
    source: ErrorSource
    request_id: string
    doc_url: string
    errors?: FieldError[]
  }
}

const docsPath = (code: ErrorCode) => `/docs/errors#${code}`

export function problemBody(failure: Failure, requestId: string): ProblemBody {
  const { status, title } = errorCodes[failure.code]
  return {
    type: docsPath(failure.code),
    title,
    status,
    detail: failure.detail,
    code: failure.code,
    source: failure.source,
    request_id: requestId,
    ...(failure.errors && { errors: failure.errors }),
  }
}

export function openAiErrorBody(failure: Failure, requestId: string): OpenAiErrorBody {
  return {
    error: {
      message: failure.detail,
      type: openAiType(errorCodes[failure.code].status),
      param: failure.errors?.[0]?.field ?? null,
      code: failure.code,
      source: failure.source,
      request_id: requestId,
      doc_url: docsPath(failure.code),
      ...(failure.errors && { errors: failure.errors }),
    },
  }
}

function openAiType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}
