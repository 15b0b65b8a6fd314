import type { FieldError } from '../messages/field-errors.ts'
import type { Language } from '../messages/language.ts'
import { type MessageCode, type MessageParams, renderMessage, withText } from '../messages/message.ts'
import { type ErrorCode, errorCodes } from './error-codes.ts'
import type { ErrorSource, Failure, StoredFailure } from './errors.ts'

/** A wrong field with its text in the reader's language. */
export type RenderedFieldError = FieldError & { message: string }

/** RFC 9457 problem details, with the members every keval-edge error has. */
export interface ProblemBody {
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  reason: MessageCode
  params?: MessageParams
  source: ErrorSource
  request_id: string
  errors?: RenderedFieldError[]
}

/** The error object of the OpenAI API, extended by `source` and `request_id`. */
export interface OpenAiErrorBody {
  error: {
    message: string
    type: string
    param: string | null
    code: ErrorCode
    reason: MessageCode
    params?: MessageParams
    source: ErrorSource
    request_id: string
    doc_url: string
    errors?: RenderedFieldError[]
  }
}

const docsPath = (code: ErrorCode) => `/docs/errors#${code}`

export function problemBody(failure: Failure, requestId: string, language: Language): ProblemBody {
  const { status, title } = errorCodes[failure.code]
  return {
    type: docsPath(failure.code),
    title,
    status,
    detail: renderFailure(failure, language),
    ...toMembers(failure, requestId, language),
  }
}

export function openAiErrorBody(failure: Failure, requestId: string, language: Language): OpenAiErrorBody {
  return {
    error: {
      message: renderFailure(failure, language),
      type: openAiType(errorCodes[failure.code].status),
      param: failure.errors?.[0]?.field ?? null,
      doc_url: docsPath(failure.code),
      ...toMembers(failure, requestId, language),
    },
  }
}

/** Members of both shapes. */
function toMembers({ code, reason, params, source, errors }: Failure, requestId: string, language: Language) {
  return {
    code,
    reason,
    ...(params && { params }),
    source,
    request_id: requestId,
    ...(errors && { errors: errors.map((error) => withText(error, language)) }),
  }
}

/** Wrong fields that `detail` names; `errors` has all of them. */
const maxFieldsInDetail = 5

/** The rendered reason; `{errors}` is replaced by the wrong fields. */
export function renderFailure(
  { reason, params, errors = [] }: Omit<StoredFailure, 'code'>,
  language: Language,
): string {
  const named = errors
    .slice(0, maxFieldsInDetail)
    .map((error) => `${error.field}: ${renderMessage(error, language)}`)
  const rest = errors.length > named.length ? ['…'] : []
  return renderMessage(
    { code: reason, params: { ...params, errors: [...named, ...rest].join('; ') } },
    language,
  )
}

function openAiType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}
