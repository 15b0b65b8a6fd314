import { type ErrorCode, type ErrorSource, type Failure, type FieldError } from './errors.ts'
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
export declare function problemBody(failure: Failure, requestId: string): ProblemBody
export declare function openAiErrorBody(failure: Failure, requestId: string): OpenAiErrorBody
